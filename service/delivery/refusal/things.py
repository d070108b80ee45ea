"""Of what servers speak when they refuse: a table of nouns."""

import re

from service.delivery.refusal.notions import LETTERS
from service.delivery.refusal.patterns import any_of

THINGS: dict[str, re.Pattern[str]] = {
    "sender": any_of(r"""
        \bsenders?\b|mail ?from|return[- ]path|\bfrom:|from (?:header|address)|(?:return|
            envelope) (?:from|address)|
            originat|\byou(?: are|'re)? (?:send|mail|post)\w* (?:\w+ )?from\b|\bfrom you\b|
            \bin (?:the )?from\b
        \byour (?:e-?mail |mail )?address\b|\bihre (?:e-?)?(?:mail-?)?adresse\b
        \babsender\w*|exp[eé]dit(?:eur|rice|ion)|[eé]metteur|mittente|remitente|afzender|
            avs[aä]ndare
        \bvotre adresse(?! ip)\b|\b(?:vostro|suo|tuo) indirizzo(?! ip)\b
    """ rf"""
        \b{LETTERS} (?:is |are |was |were )?(?:coming )?from (?!our\b|outside\b|contacts\b)
        \b{LETTERS} (?:von|de|da|dal\w*) (?:ihnen|ihrer|ihrem|votre|vous|voi|lei|vostr\w+|suo)\b
    """),
    "way": any_of(r"""
        \b(?:your|sending|client|connecting|source|remote|this) (?:\S+ ){0,2}(?:ip|host|server|mta|
            network|address range|domain|system)\b
        \bclient\b|\bihr\w* (?:\S+ )?(?:mail-?)?(?:server|netz\w*|system|ip\S*)\b
        \bvotre (?:\S+ )?(?:serveur|r[eé]seau|adresse ip)|\bvostr\w (?:\S+ )?(?:server|rete|ip)\b
    """),
    "ip": any_of(r"\bips?\b|\bhelo\b|\behlo\b|\breverse\b"),
    "peer": any_of(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"),
    "access": any_of(r"\baccess\b|\bzugriff\b|\bzugang\b|\bacc[eè]s\b|\baccesso\b"),
    "proof": any_of(r"\bsender ?id\b|dom[aä]in ?keys|\bauthenti[csfz]\w+"),
    "secrecy": any_of(r"\b(?:start)?tls\b|\bssl\b|encrypt|verschl[uü]ssel|chiffr|cifra"),
    "right": any_of(r"\brights\b|\bpermission|berechtigung|\bdroits?\b|permess[oi]|privilege"),
    "command": any_of(r"\b(?:command|verb|befehl|commande|comando|syntax)\b"),
    "size": any_of(r"\bsize\b|gr[oö](?:ss|ß)e\b|\btaille\b|dimension[ei]\b"),
    "room": any_of(r"kontingent|speicher\w*|\bquota\b|\bstorage\b|espace|spazio"),
    "address": any_of(r"""
        \S@\S|\b(?:e?-?mail-?)?adresse[ns]?\b|\bindirizz[oi]\b
        (?<!ip )(?<!sender )(?<!from )(?<!source )(?<!host )(?<!network )\baddress\b
    """),
    "box": any_of(r"""
        \b(?:user|recipient|mail-?box|mail box|account|addressee?|alias|inbox|post-?box|mail-?drop|
            maildir|mail drop|
            rcpt|person|employee|subscriber|customer|username|user-?id|userid|local[- ]part|
            e-?mail id|destination(?! seem))(?:e?s)?\b
        \b(?:\w*empf[aä]nger\w*|benutzer\w*|postfach\w*|postf[aä]cher\w*|\w*adressat\w*|
            konto\w*|konten|nutzer\w*|teilnehmer\w*|posteingang\w*|mailbox\w*)\b
        \b(?:destinataires?|utilisateurs?|comptes?|bo[iî]tes?|usagers?|abonn[eé]s?)\b
        \b(?:destinatar\w+|utent[ei]|casell[ae]|cuenta|usuario|buz[oó]n)\b
        \b(?:ontvanger|geadresseerde|mottagaren?|schr[aá]nka|adres[aá]t\w*|odbiorc\w+)\b
        \bnobody\b|\bno ?one\b|\bniemand\b|\bpersonne [aà]\b|\b(?:the|that|this|die|la|der) person
        by that name|called that|\b(?:this|that|the) name\b|dieser name\b|\bce nom\b|^name\b|
            dieses namens|mit diesem namen|[aà] ce nom|questo nome
    """),
    "you": any_of(r"""
        \b(?:you|your|yours|sie|ihre?[mnrs]?|vous|votre|vos|voi|siete|avete|vostr\w)\b
    """),
    "yours": any_of(r"""
        \byour (?:\S+ )?(?:ip|host|server|mta|network|domain|system|country)\b|\bto you\b
        \bhelo\b|\behlo\b|\breverse\b|\bof (?:the )?client\b|\b(?:invalid|bad|unknown|
            untrusted) ip\b
        \bihr\w* (?:\S+ )?(?:mail-?)?(?:server|netz\w*|system|dom[aä]n\w*)\b
        \bvotre (?:\S+ )?(?:serveur|r[eé]seau|domaine)
        \bvostr\w (?:\S+ )?(?:server|rete|dominio)\b
    """),
    "part": any_of(r"""
        \bmessage-?ids?\b|\bheaders?\b|\battachments?\b|\bmime\b|\bsubject\b|\bbetreff\b|
            \bencoding\b|\bcharset\b|\bbody\b
        \banh[aä]nge?\b|kopfzeile\w*|pi[eè]ces? jointes?|en-t[eê]tes?|\ballegat[oi]\b|intestazion\w
    """),
    "seal": any_of(r"\bcertificates?\b|\btls\b|\bssl\b|zertifikat\w*|\bcertificat[os]?\b"),
    "group": any_of(r"""
        \b(?:group|groups|mailing list|list|forum|distribution list)\b
        \bgruppen?\b|\b(?:mailing)?listen?\b|\bverteiler\w*|\bgroupes?\b|\bgrupp[oi]\b|
            \bgrup[oay]s?\b
        \bgroep\b|\bgruppen?\b|\bskupin\w*|\bryhm\w+|\bcsoport\w*|груп\w*|グループ|[群组組]
    """),
    "dns": any_of(r"""
        \bdns\b|name ?servers?\b|name service|\bmx (?:lookup|record|query)|\bits mx\b
        \bhost ?name lookup|\bhost lookup|\bdomain lookup|namensaufl[oö]sung|serveurs? de noms|
            name resolution|r[eé]solution|
            risoluzione
    """),
    # A domain of which something is said, not one in which something is looked for.
    "domain": any_of(r"""
        (?<!\bin )(?<!\bat )(?<!\bon )(?<!\bof )(?<!\bfor )(?<!in the )(?<!at the )(?<!this )
            (?<!your )(?<!our )(?<!in der )(?<!dieser )(?<!ihre )(?<!dans le )(?<!du )
            (?<!votre )(?<!nel )(?<!del )(?<!questo )
            \b(?:domains?|zone|mail exchanger|dom[aä]nen?|domaine|dominio)\b
    """),
    # A host that has a name of its own; any other that is not found is one of many on the way.
    "hostname": any_of(r"""
        (?<!route to )(?<!route to the )\b(?:hosts?|hostname|mx|dns|tld|mail exchanger)\b
        \bdomains?\b|\bdom[aä](?:in|ne)n?\w*|\bdomaines?\b|\bh[oô]te\b|\bdomini[oi]?\b|
            \bmailserver\b
    """),
    "host": any_of(r"""
        \b(?:domain|host|hostname|mx|dns|zone|mail exchanger|name ?server|site|tld)s?\b
        \bdom[aä](?:in|ne)n?\w*|\bdomaines?\b|\bh[oô]te\b|\bdomini[oi]?\b|\bmailserver\b|\bserver\b
        \bdestination(?= seem)
        (?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,} (?=(?:does|accepts|takes|refuses)\b.{0,20}?
            \be?-?mails?\b(?! (?:for|from|to|by)\b))
    """),
    "message": any_of(r"""
        \b(?:message|e?-?mail|mail|content|attachment|header|subject|body|file|data)s?\b
        \b(?:nachricht|anhang|anh[aä]nge|inhalt|betreff|courriel|courrier|contenu|
            pi[eè]ce jointe|
            messaggio|allegato|contenuto)\w*|\bletters?\b|\bmailsize\b
    """),
    "line": any_of(r"""
        \b(?:connection|connect|session|server|host|network|tcp|socket|greeting|queue|retry|
            retries|delivery|attempt|route|link|peer|mail ?server|timeout)s?\b
        \b(?:verbindung|zustellung|zustellversuch|warteschlange|netzwerk|connexion|remise|
            connessione|consegna|serveur|\w*server)\w*
    """),
    "any": re.compile(""),
}  # fmt: skip
