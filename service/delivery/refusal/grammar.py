"""Reads a refusal by its grammar: of what it speaks, and what it says of that.

The tables of words know how servers put it; this knows what they put: a mailbox that is not found,
a host that answers nobody, a sender who is turned away. A thing and what is said of it must stand
in one sentence, in whatever order, in English, German, French, Italian or Spanish.
"""

import re

from service.delivery.refusal.patterns import any_of

_SENTENCE = re.compile(r"(?<=[a-zß-ÿ)\]>\"'])[.;!?](?=\s|$)|\s-{2,}\s|\s[|]\s|\n")
_LONGEST, _MOST = 240, 12
_NOT = (
    r"(?:\bnot\b|n't\b|\bcannot\b|\bno longer\b|\bnever\b|\bunable to\b|\bfail(?:ed|s|ure)? to\b"
    r"|\bnicht\b|\bkeine?[nm]?\b|\bpas\b|\bplus\b|\baucune?\b|\bnon\b|\bnessun\w?\b|\bno existe\b)"
)
_FOUND = (
    r"(?:exist\w*|found|find|known?|recogni[sz]\w*|valid|listed|registered|here|local|resolv\w*"
    r"|present|match\w*|identif\w+|gefunden|bekannt|vorhanden|existier\w+|g[uü]ltig|zugeordnet"
    r"|trouv\w+|connue?s?|valable|trovat[oa]|esist\w+|riconosciut[oa]|valid[oa])"
)

_THINGS = {
    "sender": any_of(r"""
        \bsender\b|mail ?from|return[- ]path|\bfrom:|from address|envelope from|originat
        \babsender\w*|exp[eé]diteur|[eé]metteur|mittente|remitente
    """),
    "way": any_of(r"""
        \b(?:your|sending|client|connecting|source|remote|this) (?:\S+ ){0,2}(?:ip|host|server|mta|
            network|address range|domain|system)\b
        \bclient\b|ihr(?:e|er)? (?:server|mailserver)|votre serveur|vostro server
    """),
    "ip": any_of(r"\bips?\b|\bhelo\b|\behlo\b|\breverse\b"),
    "box": any_of(r"""
        \b(?:user|recipient|mail-?box|mail box|account|addressee?|alias|inbox|post-?box|mail-?drop|
            maildir|
            rcpt|person|employee|subscriber|customer|username|user-?id|userid|local[- ]part|
            e-?mail id|destination)s?\b
        \b(?:empf[aä]nger\w*|benutzer\w*|postfach\w*|postf[aä]cher\w*|\w*adress(?:e|en|at\w*)|
            konto\w*|konten|nutzer\w*|teilnehmer\w*)\b
        \b(?:destinataires?|adresses?|utilisateurs?|comptes?|bo[iî]tes?|usagers?|abonn[eé]s?)\b
        \b(?:destinatar\w+|indirizz\w+|utent[ei]|casell[ae]|cuenta|usuario|buz[oó]n)\b
        \S@\S
    """),
    "host": any_of(r"""
        \b(?:domain|host|hostname|mx|dns|zone|mail exchanger|name ?server|site|tld)s?\b
        \bdom[aä]nen?\w*|\bdomaines?\b|\bh[oô]te\b|\bdomini[oi]?\b|\bmailserver\b|\bserver\b
    """),
    "message": any_of(r"""
        \b(?:message|e?-?mail|mail|content|attachment|header|subject|body|file|data)s?\b
        \b(?:nachricht|anhang|anh[aä]nge|inhalt|betreff|courriel|contenu|pi[eè]ce jointe|
            messaggio|allegato|contenuto)\w*
    """),
    "line": any_of(r"""
        \b(?:connection|connect|session|server|host|network|tcp|socket|greeting|queue|retry|
            retries|delivery|attempt|route|link|peer|mail ?server|timeout)s?\b
        \b(?:verbindung|zustellung|zustellversuch|warteschlange|netzwerk|connexion|remise|
            connessione|consegna)\w*
    """),
}  # fmt: skip
_STATES = {
    "full": any_of(r"""
        \bfull\b|\bquota\b|over ?(?:drawn|limit|quota)|out of (?:space|storage|room)
        (?:storage|space|capacity|disk|speicher\w*|espace|spazio)\b.{0,40}(?:exceed|used|exhaust|
            full|limit|maximum|voll|ersch[oö]pft|belegt|satur|insuffisant|esaurit|insufficient)
        (?:no|not enough|insufficient|lacks?|without) (?:\w+ )?(?:storage|space|room)
        \bvoll\b|[uü]berf[uü]llt|[uü]berschritten|ersch[oö]pft|\bpleine?\b|satur[eé]e?
        d[eé]pass[eé]|\bpien[ao]\b|esaurit[ao]|superat[ao]|\bllen[ao]\b|kontingent
        (?:atteint|raggiunto|erreicht|reached).{0,30}(?:capacit|limit|maxim|quota|gr[oö]sse)
        maxim\w+ (?:\S+ )?(?:gr[oö](?:ss|ß)e|kapazit[aä]t|taille|capacit|dimension)\w*
    """),
    "big": any_of(r"""
        too (?:big|large|long)|\boversi[sz]e|exceeds? .{0,30}(?:size|length|maximum|limit)
        size .{0,20}(?:exceed|limit|too)|larger than|zu gro(?:ss|ß)|trop (?:volumineu|gros|grand)
        troppo grande|dimension\w+ (?:massim|eccessiv)
    """),
    "off": any_of(r"""
        \b(?:disabled?|suspended|inactive|deactivated|locked|frozen|dormant|closed|terminated|
            cancell?ed|expired|archived|on hold|blocked out|retired|decommissioned|
            not (?:active|enabled|activated)|no longer active)\b
        gesperrt|deaktiviert|aufgehoben|stillgelegt|geschlossen|abgelaufen|inaktiv|
            nicht (?:mehr )?aktiv
        suspendue?|d[eé]sactiv[eé]e?|bloqu[eé]e?|ferm[eé]e?|inactive?|expir[eé]e?
        sospes[oa]|disattivat[oa]|disabilitat[oa]|bloccat[oa]|scadut[oa]|chius[oa]
    """),
    "moved": any_of(r"""
        (?:has|have) (?:been )?(?:moved|changed|migrated|relocated)|new (?:e-?mail )?address
        neue \S{0,10}adresse|umgezogen|ge[aä]ndert|nouvelle adresse|nuovo indirizzo|chang[eé] d
    """),
    "gone": any_of(rf"""
        {_NOT}.{{0,30}}?\b{_FOUND}|\b{_FOUND}\b(?: \S+){{0,3}}? {_NOT}
        \bunknown\b|\binvalid\b|\bno such\b|\bno (?:user|mailbox|account|recipient|address|person|
            one|mx|record|host|domain|matching)\b|non-?exist\w*|\bbogus\b|\bbad\b|\bundefined\b
        \bunroute?able\b|\bunresolv\w+|\bunrecogni[sz]ed\b|\bnobody\b|nxdomain|\bnotfound\b
        (?:nowhere|mis-?spelled|incorrect|wrong|deleted|removed|typo|left the)\b
        kein\w* solche|gibt (?:es )?(?:\S+ ){0,3}kein|\bunbekannt\w*|ung[uü]ltig\w*|\bfalsch\w*|
            gel[oö]scht|gibt es|entfernt|nicht mehr
        inconnue?s?\b|introuvables?|inexistant\w*|\binvalides?\b|erron[eé]e?|n'existe|supprim[eé]e?
        sconosciut[oa]|inesistent[ei]|non valid[oa]|errat[oa]|eliminat[oa]|desconocid[oa]
    """),
    "turned": any_of(r"""
        (?:recipient|address|rcpt|user|mailbox)(?: address)?(?: \S+@\S+)?:? (?:was |
            is )?(?:rejected|
            refused|denied|not accepted)
        (?:rejected|refused|bad) (?:recipient|address|rcpt|mailbox)
        (?:empf[aä]nger\w*|adresse) (?:wurde |wird )?(?:abgelehnt|zur[uü]ckgewiesen)
        (?:destinataire|adresse) (?:refus|rejet)|(?:destinatario|indirizzo) (?:rifiutat|respint)
    """),
    "nomail": any_of(r"""
        (?:not|n't|never) (?:accept|receive|support|handle)\w* (?:any |incoming |e-?)*(?:mail|
            messages|smtp)|no (?:mail|smtp) (?:service|server)|null ?mx|(?:accepts?|receives?) no
        nimmt keine|keine (?:e-?)?mails? (?:an|entgegen)|n'accepte (?:pas|aucun)|non accetta
    """),
    "spam": any_of(r"""
        \bspam\w*|\bjunk\b|unsolicited|\bbulk\b|phish|\bvirus|malware|infected|malicious|suspicious
        pourriel|ind[eé]sirable|indesiderat|\bwerbung\b|publicit|pubblicit|schadsoftware
        \bscored?\b|content[- ]filter|inhaltsfilter
    """),
    "refused": any_of(r"""
        \b(?:reject|refus|den(?:y|ied)|declin|block|bann?ed|black-?list|prohibit|forbidden|disallow|
            unauthori[sz]|not (?:allowed|permitted|authori[sz]ed|accepted|acceptable|welcome|
            trusted)|restrict|violat|quarantin)\w*
        abgelehnt|verweigert|zur[uü]ckgewiesen|abgewiesen|nicht (?:erlaubt|gestattet|zugelassen|
            akzeptiert|angenommen|berechtigt)|unzul[aä]ssig|blockiert|gesperrt
        refus[eé]e?|rejet[eé]e?|interdite?|non autoris[eé]e?|bloqu[eé]e?
        rifiutat[oa]|respint[oa]|negat[oa]|non (?:autorizzat|consentit|permess)[oa]|bloccat[oa]
    """),
    "late": any_of(r"""
        antwortet nicht|reagiert nicht|(?:ne r[eé]pond|pu joindre|non (?:risponde|raggiung))
        tim(?:ed?|ing)[ -]?out|expired?|too long|no (?:answer|response|route|connection)
        (?:not|n't|cannot|unable to|failed to|could not|couldn't) (?:\w+ ){0,2}(?:connect|contact|
            reach|establish|respond|answer|open|be (?:reached|contacted|established))
        (?:days|hours|minutes|attempts|retries|tries)\b|give up|giving up|gave up
        zeit[uü]berschreitung|abgelaufen|nicht erreich\w+|fehlgeschlagen|unterbrochen|
            keine antwort
        d[eé]lai|expir[eé]e?|injoignable|interrompue?|scadut[oa]|irraggiungibile|tempo
    """),
    "down": any_of(r"""
        (?:refused|reset|lost|dropped|closed|broken|aborted|unreachable|unavailable|down)\b
        unterbrochen|getrennt|interrompue?|chius[ao]|indisponible|non disponibile
    """),
    "ours": any_of(r"""
        (?:internal|system|server|software|local|configuration|i/o|processing|unexpected|database|
            disk|program|script|temporary) (?:\w+ )?(?:error|fail\w*|problem|fault|trouble)
        misconfigur|crash|out of memory|overload|too busy|systemfehler|interner fehler|st[oö]rung
        erreur (?:interne|syst[eè]me|technique)|errore (?:interno|di sistema)|malfunzionamento
    """),
    "fast": any_of(r"""
        too (?:many|much|fast|frequent|quickly)|\brate\b|throttl|slow down|flood|frequen\w+|
            per (?:hour|
            day|minute|second)|limit(?:ed|s)? (?:reach|exceed)\w*|zu viele|trop de|troppi
    """),
}  # fmt: skip

# What follows from a thing and a state, the first that holds: what is said of us comes before what
# is said of the recipient, since a sender whom they do not know is no unknown recipient.
_MEANING: tuple[tuple[str, str, str], ...] = (
    ("box", "full", "mailboxfull"),
    ("message", "spam", "spamdetected"),
    ("ip", "spam", "spamdetected"),
    ("message", "big", "mesgtoobig"),
    ("sender", "gone", "rejected"),
    ("sender", "refused", "rejected"),
    ("box", "turned", "userunknown"),
    ("way", "refused", "blocked"),
    ("ip", "refused", "blocked"),
    ("ip", "gone", "blocked"),
    ("way", "fast", "speeding"),
    ("ip", "fast", "speeding"),
    ("message", "fast", "speeding"),
    ("host", "nomail", "notaccept"),
    ("box", "moved", "hasmoved"),
    ("box", "nomail", "suspend"),
    ("box", "off", "suspend"),
    ("box", "gone", "userunknown"),
    ("host", "gone", "hostunknown"),
    ("line", "late", "expired"),
    ("line", "down", "expired"),
    ("message", "late", "expired"),
    ("box", "late", "expired"),
    ("message", "refused", "policyviolation"),
    ("line", "refused", "blocked"),
    ("message", "ours", "systemerror"),
    ("line", "ours", "systemerror"),
)


def by_grammar(said: str) -> str:
    """Return the reason of the first sentence that tells one, "" where none does."""
    for sentence in _sentences(said):
        things = {name for name, pattern in _THINGS.items() if pattern.search(sentence)}
        states = {name for name, pattern in _STATES.items() if pattern.search(sentence)}
        for thing, state, reason in _MEANING:
            if thing in things and state in states:
                return reason
    return ""


def _sentences(said: str) -> list[str]:
    pieces = (piece.strip()[:_LONGEST] for piece in _SENTENCE.split(said))
    return [piece for piece in pieces if len(piece) > 3][:_MOST]
