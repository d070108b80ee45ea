"""What servers speak of, and what they say of it, in five languages and some words of more: tables.

`THINGS` are named by nouns. `STATES` are named by words that mean them by themselves, or by what is
denied: to exist, to take mail, to be within reach, to be allowed, to want. So nobody need foresee
how a language puts the two together; `grammar` says what follows from a thing and a state.
"""

import re

from service.delivery.refusal.patterns import any_of

_NOT_ENGLISH = (
    r"(?:\bnicht\b|\bkein\w*|\bnie\b|\bpas\b|\bplus\b|\baucune?\b|\bjamais\b|\bnon\b|\bnessun\w?\b"
    r"|\bimposs?ib(?:le|ile)\b|\bmai\b|\bniet\b|\bgeen\b|\binte\b|\bikke\b|\bno (?=exist|se ))"
)
_NOT = (
    r"(?:\bnot\b|n't\b|\bcannot\b|\bno\b|\bnone\b|\bnever\b|\bunable to\b|\bfail(?:ed|s|ure)? to\b"
    rf"|{_NOT_ENGLISH})"
)
_FOUND_ELSEWHERE = (
    r"\b(?:gefunden|finden|bekannt|kennen|vorhanden|existier\w+|g[uü]ltig|zugeordnet|zuordnen"
    r"|zugewiesen|vergeben|registrat[oa]|ermittel\w+|[uü]berpr[uü]ft|verifizier\w+|registrier\w+"
    r"|f[uü]hren"
    r"|gef[uü]hrt|eingerichtet|angelegt|verzeichnet|erkannt|passend\w*|identifizier\w+"
    r"|wohnt|belegt|in gebrauch|hinterlegt|aufgef[uü]hrt|gelistet|geh[oö]rt|utilis[eé]e?"
    r"|d[eé]clar\w+"
    r"|en (?:service|usage)|partie|travaille|censit[oa]|in uso|attivat[oa]|appartiene|lavora"
    r"|existe|trouv\w+|connu\w*|connai\w+|reconnu\w*|valable|attribu[eé]\w*|v[eé]rifi\w+"
    r"|enregistr\w+|r[eé]f[eé]renc\w+|r[eé]pertori\w+|correspond\w*|figure"
    r"|trovat[oa]|esist\w+|riconosciut[oa]|conosc\w+|registrat[oa]|presente|attribuit[oa]"
    r"|assegnat[oa]|corrispond\w+|risulta|encontr\w+|bestaat|gevonden|bekend|finns|k[aä]nd"
    r"|(?:im|in) \S* ?\w*(?:verzeichnis|adressbuch)|dans l'annuaire|nella rubrica)"
)
_FOUND = (
    r"(?:\b(?:exist\w*|found|find|know[ns]?|recogni[sz]\w*|valid\w*|listed|registered|here|local"
    r"|resolv\w*|present|match\w*|identif\w+|verif\w+|locat\w+|assigned|allocated|defined|lives?"
    r"|heard|in use|used|served|hosted|our\b|belong\w*|(?:of|on) (?:our|ours|us)|employed|works"
    r"|provisioned|configured|set up|part of"
    r"|in (?:\w+ ){0,2}(?:directory|address book|database|list|system))"
    rf"|{_FOUND_ELSEWHERE})"
)
_BOXES = (
    r"(?:user|recipient|e?-?mail ?box|account|addressee?|alias|inbox|person|customer|subscriber"
    r"|employee"
    r"|benutzer\w*|empf[aä]nger\w*|postfach|konto|adress\w*|teilnehmer"
    r"|destinataire|adresse|utilisateur|compte|bo[iî]te|personne|abonn[eé]"
    r"|destinatario|indirizzo|utente|casella|account|cuenta|usuario|buz[oó]n|persona)"
)
_LETTERS = (
    r"(?:e-?mails?|mails?|messages?|letters?|smtp|nachrichten?|post|sendungen|courriers?|courriels?"
    r"|messagg\w+|posta|correo)"
)
_TAKE = (
    r"(?:accept\w*|receiv\w*|tak(?:e|es|ing)|handl\w+|support\w*|collect\w*|nimmt|nehmen"
    r"|empf[aä]ngt|annehmen|entgegen\w*|akzeptiert|accepte\w*|re[cç]oi\w+|recevoir|accett\w+"
    r"|ricev\w+|acepta|recibe)"
)
_WITHIN_REACH = (
    r"(?:available|reachable|accessible|erreichbar|zu erreichen|verf[uü]gbar|zug[aä]nglich"
    r"|disponibles?|joignables?|disponibil[ei]|raggiungibil[ei])"
)
_ALLOWED = (
    r"(?:allow\w*|permi(?:t\w*|ssion)|authori[sz]\w+|entitled|welcome|tolerated|trusted|approved"
    r"|acceptable|berechtig\w+|erlaub\w+|gestattet|zugelassen|zul[aä]ssig|befugt|d[uü]rfen"
    r"|akzeptiert|angenommen|autoris\w+|permis|admise?|habilit[eé]|le droit|autorizza\w+"
    r"|consentit\w|permess\w|ammess\w|permiso|autoriza\w+|toestemming|toegestaan|gemachtigd"
    r"|beh[oö]righet|opr[aá]vn\w+|uprawnie\w+)"
)

_GONE_ELSEWHERE = rf"""
        {_NOT_ENGLISH}.{{0,40}}?{_FOUND_ELSEWHERE}\b
        {_FOUND_ELSEWHERE}\b(?: \S+){{0,3}}? {_NOT_ENGLISH}
        \b(?:kein\w*|aucune?|nessun\w?|geen|ning[uú]n\w*) (?:\w+ )?{_BOXES}\b(?!.{{0,20}}(?:
            speicher|platz))
        kein\w* solche|gibt (?:es )?(?:\S+ ){{0,3}}(?:kein|nicht)|\bunbekannt\w*|ung[uü]ltig\w*
        \bfalsch\w*|gel[oö]scht|gibt es|entfernt|nicht mehr|\bniemand\w*|\bnichts\b
        aufgel[oö]st|ausgeschieden|fehlerhaft|verzogen|verlassen|gibt'?s .{{0,10}}nicht|
            haben wir nicht
        a quitt[eé]|mauvaise adresse|incorrect[ea]s?\b|ausser gebrauch|lasciato|soppress[oa]|
            rimoss[oa]|sbagliat[oa]|cessat[oa]
        inconnue?s?\b|introuvables?|inexistant\w*|\binvalides?\b|erron[eé]e?|n'existe|\babsente? d|
            supprim[eé]e?|^(?:\d{{3}} )?personne\b|pas d[e'] ?{_BOXES}
        sconosciut[oa]|inesistent[ei]|non valid[oa]|errat[oa]|eliminat[oa]|cancellat[oa]|
            desconocid[oa]|neexistuje|nie istnieje|onbekend|ok[aä]nd
"""
FOR_NOW = any_of(r"""
    \bat (?:the|this) (?:moment|time)\b|\bright now\b|\bfor now\b|\bcurrently\b|\bpresently\b|
        \btemporar(?:y|ily)\b|\bmomentarily\b|\b(?:try|retry) (?:again )?later\b|\bjust now\b|
            \bin a (?:minute|moment|while|few)\b|\btomorrow\b|\bbeing m\w+ed\b
    \bmomentan\b|\bzur ?zeit\b|\bderzeit\b|\bvor[uü]bergehend\w*|\bim moment\b|\bsp[aä]ter\b|
        \bgegenw[aä]rtig\b|\bim augenblick\b|\beinstweilen\b|\bmorgen\b|\bin wartung\b|\bgerade\b
    \bmomentan[eé]ment\b|\b(?:pour|en ce) (?:le )?moment\b|\bactuellement\b|\btemporaire\w*|
        \bprovisoire\w*|\bplus tard\b|\bult[eé]rieurement\b|\bdemain\b
    \bal momento\b|\bin questo momento\b|\battualmente\b|\bmomentaneamente\b|\btemporane\w+|
        \bpi[uù] tardi\b|\bprovvisori\w+|\bdomani\b
""")  # fmt: skip

PERHAPS = any_of(r"""
    \b(?:may|might|perhaps|possibly|probably)\b|m[oö]glicherweise|vielleicht|eventuell|\bwohl\b
    peut[- ]?[eê]tre|\bforse\b|\bpotrebbe\w*|probabilmente|\bquiz[aá]s?\b|tal vez|\btalvez\b
    misschien|mogelijk|pravd[eě]podobn|mo[zž]n[aá]|\bkanske\b|м?ожливо|ймовірно|возможно|可能
""")  # fmt: skip
GONE_ELSEWHERE = any_of(_GONE_ELSEWHERE)  # said in another language than English

THINGS: dict[str, re.Pattern[str]] = {
    "sender": any_of(r"""
        \bsenders?\b|mail ?from|return[- ]path|\bfrom:|from (?:header|address)|(?:return|
            envelope) (?:from|address)|
            originat|\byou(?: are|'re)? (?:send|mail|post)\w* (?:\w+ )?from\b|\bfrom you\b
        \byour (?:e-?mail |mail )?address\b|\bihre (?:e-?)?(?:mail-?)?adresse\b
        \babsender\w*|exp[eé]dit(?:eur|rice|ion)|[eé]metteur|mittente|remitente|afzender|
            avs[aä]ndare
        \bvotre adresse(?! ip)\b|\b(?:vostro|suo|tuo) indirizzo(?! ip)\b
    """ rf"""
        \b{_LETTERS} (?:is |are |was |were )?(?:coming )?from (?!our\b|outside\b|contacts\b)
        \b{_LETTERS} (?:von|de|da|dal\w*) (?:ihnen|ihrer|ihrem|votre|vous|voi|lei|vostr\w+|suo)\b
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
            e-?mail id|destination)(?:e?s)?\b
        \b(?:\w*empf[aä]nger\w*|benutzer\w*|postfach\w*|postf[aä]cher\w*|\w*adressat\w*|
            konto\w*|konten|nutzer\w*|teilnehmer\w*|posteingang\w*|mailbox\w*)\b
        \b(?:destinataires?|utilisateurs?|comptes?|bo[iî]tes?|usagers?|abonn[eé]s?)\b
        \b(?:destinatar\w+|utent[ei]|casell[ae]|cuenta|usuario|buz[oó]n)\b
        \b(?:ontvanger|geadresseerde|mottagaren?|schr[aá]nka|adres[aá]t\w*|odbiorc\w+)\b
        \bnobody\b|\bno ?one\b|\bniemand\b|\bpersonne [aà]\b|\b(?:the|that|this|die|la|der) person
        by that name|called that|\b(?:this|that|the) name\b|dieser name\b|\bce nom\b|^name\b|
            dieses namens|mit diesem namen|[aà] ce nom|questo nome
    """),
    "yours": any_of(r"""
        \byour (?:\S+ )?(?:ip|host|server|mta|network|domain|system|country)\b|\bto you\b
        \bhelo\b|\behlo\b|\breverse\b|\b(?:invalid|bad|unknown|untrusted) ip\b
        \bihr\w* (?:\S+ )?(?:mail-?)?(?:server|netz\w*|system|dom[aä]n\w*)\b
        \bvotre (?:\S+ )?(?:serveur|r[eé]seau|domaine)
        \bvostr\w (?:\S+ )?(?:server|rete|dominio)\b
    """),
    "part": any_of(r"""
        \bmessage-?ids?\b|\bheaders?\b|\battachments?\b|\bmime\b|\bencoding\b|\bcharset\b|\bbody\b
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
    "host": any_of(r"""
        \b(?:domain|host|hostname|mx|dns|zone|mail exchanger|name ?server|site|tld)s?\b
        \bdom[aä](?:in|ne)n?\w*|\bdomaines?\b|\bh[oô]te\b|\bdomini[oi]?\b|\bmailserver\b|\bserver\b
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

STATES: dict[str, re.Pattern[str]] = {
    "lacking": any_of(r"""
        \b(?:no|not|missing|fail\w*|invalid|without|lacks?|required?|requires|needed|must|
            mismatch\w*|unsigned|unsupported|broken|bad|unable|error)\b|n't\b
        \b(?:kein\w*|nicht|fehl\w+|ung[uü]ltig\w*|erforderlich|manquante?|requise?|absente?|pas|
            non|mancante|richiest[oa])\b
    """),
    "full": any_of(r"""
        \brandvoll|\bcrammed\b|run out|speicherlimit|\bsatura\b|aufgebraucht|\bbelegt\b|\bbeyond\b|
            \bno room\b
        \berreicht\b
        \bfull\b|\bquota\b|over ?(?:drawn|limit|quota)|out of (?:space|storage|room)
        (?:storage|space|capacity|disk|speicher\w*|espace|spazio)\b.{0,40}(?:exceed|used|exhaust|
            full|limit|maximum|voll|ersch[oö]pft|belegt|satur|insufficien|esaurit|spent)
        (?:no|not enough|insufficient|lacks?|without) (?:\w+ )?(?:storage|space|room)
        \bused (?:up )?(?:all|its|his|the)|filled up|too much (?:e?-?mail|data)|overflow
        (?:hold|store|take|accept|fit|aufnehmen|contenir|contenere) (?:\w+ ){0,2}(?:more|weitere)
        \bvoll\b|[uü]berf[uü]llt|[uü]berschritten|ersch[oö]pft|\bl[aä]uft [uü]ber|[uü]bergelaufen
        kein\w* (?:\w+ )?(?:\w*platz|speicher\w*)|\bpleine?\b|satur[eé]e?|plus de place
        d[eé]pass[eé]|\bpien[ao]\b|esaurit[ao]|superat[ao]|\bllen[ao]\b|kontingent
        (?:atteint|raggiunto|erreicht|reached).{0,30}(?:capacit|limit|maxim|quota|gr[oö]sse)
        maxim\w+ (?:\S+ )?(?:gr[oö](?:ss|ß)e|kapazit[aä]t|taille|capacit|dimension)\w*
        (?:taille|gr[oö](?:ss|ß)e|dimension\w) maxim\w+
    """),
    "big": any_of(r"""
        too (?:big|large|long|heavy)|\boversi[sz]e|exceed\w* .{0,30}(?:size|length|maxim|limit)
        size .{0,20}(?:exceed|limit|too)|(?:larger|bigger|heavier|longer) than
        \bover \d+ ?[kmg]b\b|\bsprengt\b|zu gro(?:ss|ß)|gr[oö](?:ss|ß)er als|[uü]berschreitet|
            trop (?:volumineu|gros|grand|lourd)
        d[eé]passe .{0,20}(?:taille|limite|maxim)|troppo grande|supera .{0,20}(?:limit|dimension)
        dimension\w+ (?:massim|eccessiv)
    """),
    "off": any_of(r"""
        \b(?:disabled?|suspended|inactive|deactivated|locked|frozen|dormant|closed|terminated|
            cancell?ed|expired|archived|on hold|blocked out|switched off|in maintenance|
            under maintenance|retired|decommissioned|
            not (?:active|enabled|activated)|no longer active|asleep|to sleep)\b
        \bout of (?:service|order|use)\b|hors service|fuori servizio|ausser betrieb|verrouill[eé]
        \binactif|non (?:pi[uù] )?attiv[oa]\b
        receiving (?:is )?(?:disabled|switched off|off)|being (?:moved|migrated|upgraded)
        gesperrt|deaktiviert|aufgehoben|stillgelegt|geschlossen|abgelaufen|inaktiv|eingefroren|
            ausgeschaltet|in wartung|
            nicht (?:mehr )?aktiv
        suspendue?|d[eé]sactiv[eé]e?|bloqu[eé]e?|ferm[eé]e?|inactive?|expir[eé]e?|cl[oôò]tur[eé]e?
        en maintenance|in manutenzione|sospes[oa]|disattivat[oa]|disabilitat[oa]|bloccat[oa]|
            scadut[oa]|chius[oa]
    """),
    "moved": any_of(r"""
        (?:has|have) (?:been )?(?:moved|changed|migrated|relocated)|new (?:e-?mail )?address
        neue \S{0,10}adresse|umgezogen|ge[aä]ndert|nouvelle adresse|nuovo indirizzo|chang[eé] d
    """),
    "gone": any_of(rf"""
        {_NOT}.{{0,40}}?{_FOUND}\b|{_FOUND}\b(?: \S+){{0,3}}? {_NOT}
        \bunknown\b|\binvalid\b|\bno such\b|non-?exist\w*|\bbogus\b|\bbad\b|\bundefined\b
        \b(?:departed|abolished|dissolved|vacant|obsolete|defunct|stranger)\b|
            \bno (?:\w+ )?(?:trace|match|entry|mapping)\b
        \b(?:has|have) left\b|means? nothing|check (?:the|its|your) (?:spelling|address)|
            \babsent from
        \bun(?:allocated|assigned|listed|registered|verified|verifiable)\b|\bnowhere\b
        \bunroute?able\b|\bunresolv\w+|\bunrecogni[sz]ed\b|\bnobody\b|nxdomain|\bnotfound\b
        \bno (?:one|mx|record|host|domain|entry)\b|\bno\b.{{0,20}} by that name
        (?:mis-?spel\w+|incorrect|wrong|deleted|removed|typo|left (?:the|our|us))\b|\bnot one of\b
        must (?:resolve|exist)
        (?<!name )(?<!dns )(?<!host )(?:verif\w+|lookup|look-up|validation) (?:has |was )?fail\w*
        \bno (?:\w+ )?{_BOXES}\b(?!.{{0,20}}(?:space|quota))|nothing here
        ha(?:s|ve) no \S|(?:not|n't) have (?:an?|any) (?:\S+ )?{_BOXES}|nobody (?:here|by|called)
        {_GONE_ELSEWHERE}
    """),
    "away": any_of(rf"""
        {_NOT}.{{0,30}}?\b{_WITHIN_REACH}\b|\bun(?:available|reachable)\b
        \bindisponibles?|injoignables?|irraggiungibil[ei]|non disponibil[ei]
    """),
    "turned": any_of(rf"""
        (?:recipient|address|rcpt|user|mailbox)(?: address)?(?: \S+@\S+)?:? (?:was |is |has been )?
            (?:rejected|refused|denied|not accepted)
        (?:rejected|refused|bad) (?:recipient|address|rcpt|mailbox)|{_BOXES}\b.{{0,40}} not ok\b
        (?:empf[aä]nger\w*|adresse) (?:wurde |wird )?(?:abgelehnt|zur[uü]ckgewiesen)
        (?:destinataire|adresse) (?:refus[eé]|rejet)|(?:destinatario|indirizzo) (?:rifiutat|respint)
    """),
    "nomail": any_of(rf"""
        {_NOT}.{{0,25}}?\b{_TAKE}\b(?: \S+){{0,3}}? {_LETTERS}\b
        \b{_TAKE}(?: \S+)? {_NOT} (?:de |d'|di )?{_LETTERS}\b
        {_NOT}(?: \S+){{0,2}} (?:receiving|accepting)\b|\bno (?:mail|smtp) (?:service|server)
        \b{_TAKE} (?:\S+ ){{0,2}}(?:no|keine|aucun|nessun\w?) (?:more |weiteren? )?{_LETTERS}\b
        {_NOT} (?:\S+ )?{_TAKE}\b.{{0,12}}\b(?:at all|anything|anymore)\b
        (?:refuses?|rejects?|turns away) (?:all|any|every) {_LETTERS}|null ?mx
    """),
    "unwanted": any_of(rf"""
        \b(?:chose|chosen|asked|prefers?|decided) not to\b|personal (?:block|black) ?list
        \b(?:only|nur) (?:\w+ ){{0,2}}(?:{_TAKE}) {_LETTERS}
        {_NOT}.{{0,12}}?\b(?:want|wish|like|w[uü]nsch\w+|veut|souhaite|vuole|desidera)\b
        {_NOT}.{{0,12}}?\b(?:knows? you|whitelist\w*|kennt sie)\b|only .{{0,15}}?{_TAKE}
        {_TAKE} (?:\S+ ){{0,4}}?(?:only|nur|seulement|que|solo|soltanto)\b
        {_LETTERS} (?:\S+ ){{0,3}}?(?:by (?:the |its )?(?:recipient|user|owner)|vom empf[aä]nger|
            par le destinataire|dal destinatario)\b
        {_BOXES} (?:has |hat )?(?:refuses|rejects|declines|blocks|blocked you|refuse|lehnt|rifiuta|
            respinge|sperrt)\b
    """),
    "spam": any_of(r"""
        \bspam\w*|\bjunk\b|unsolicited|\bbulk\b|phish|\bvirus|malware|malicious|suspicious
        \bvirus\w*|trojan|\binfect\w+|infizier\w*|schadcode|schadsoftware|malveillant|dannoso|
            dangerous|gef[aä]hrlich|dangereu|pericolos
        pourriel|ind[eé]sirable|indesiderat|\bwerbung\b|publicit\w*|pubblicit\w*|advertis\w+
        unerw[uü]nscht\w*|\bscored?\b|content[- ]filter|inhaltsfilter
    """),
    "forged": any_of(r"""
        \b(?:spf|dkim|dmarc)\b|\bspoof\w*|\bforg(?:ed|ery)\b|\bimpersonat\w+|gef[aä]lscht\w*|
            \busurp\w+|falsifi\w+|contraffatt\w+
    """),
    "unlike": any_of(r"""
        mis-?match\w*|\bdiffers?\b|\bdifferent\b|not (?:the same|identical|aligned)
        stimm\w+ nicht|nicht [uü]berein|ne correspond|non corrispond
    """),
    "refused": any_of(rf"""
        \b(?:reject|refus|den(?:y|ied)|declin|block|bann?(?:ed|i\w+)|black-?list|prohibit|
            forbidden|disallow|
            unauthori[sz]|unwelcome|not accepted|restrict|violat|quarantin)\w*
        abgelehnt|verweigert|zur[uü]ckgewiesen|abgewiesen|unzul[aä]ssig|blockiert|gesperrt
        verst[oö](?:ss|ß)t|non conforme?|nicht konform|not compliant|verboten|contraire|\bviola\b|
            refus[eé]e?|rejet[eé]e?|interdite?
        bloqu[eé]e?|rifiutat[oa]|respint[oa]|negat[oa]|bloccat[oa]
        {_NOT}.{{0,30}}?\b{_ALLOWED}|(?:may|must) not (?:send|write|post|mail|use|submit)|closed to
        {_NOT} (?:\w+ )?(?:taken|accepted|received)\b
    """),
    "forbidden": any_of(rf"""
        {_NOT}.{{0,30}}?\b{_ALLOWED}|\b{_ALLOWED} .{{0,20}}{_NOT}
        (?:restricted|limited) to|\b(?:only|nur|seuls?|solo|soltanto|alleen)\b.{{0,20}}(?:members|
            subscribers|mitglieder|abonnent\w*|membres|abonn[eé]s|membri|iscritti|leden)
        r[eé]serv[eé]\w? aux|riservat\w|moderated|moderiert|restricted|google groups
    """),
    "exclusive": any_of(r"""
        \bonly .{0,30}\b(?:may|can)\b|\bnur .{0,30}d[uü]rfen\b|\bseuls? .{0,30}peu(?:t|vent)\b
        \bsolo .{0,30}(?:pu[oò]|possono)\b|(?:need|requires?) (?:\w+ )?(?:permission|approval)
    """),
    "listed": any_of(r"""
        (?:black|block|deny|reject|bad)[ -]?list\w*|\brbl\b|dnsbl|sperrliste|schwarze\w? liste
        listes? (?:noire|rouge)|list[ae] ner[ae]
    """),
    "late": any_of(r"""
        antwortet nicht|reagiert nicht|pu joindre|non raggiung
        impossible de (?:joindre|contacter)|too often|bounced between
        (?:ne|n'|non|no) ?(?:\S+ )?(?:r[eé]pond|risponde|rispost)|\bmuet\b|never answered
        tim(?:ed?|ing)[ -]?out|expired?|too long|no (?:answer|response|route|connection)
        (?:not|n't|cannot|unable to|failed to|could not|couldn't|never) (?:\w+ ){0,2}(?:connect|
            contact|reach|establish|respond|answer|open|be (?:reached|contacted|established))
        (?:days|hours|minutes|attempts|retries|tries)\b|give up|giving up|gave up
        \b\w+ (?:tage[ns]?|stunden|jours|heures|giorni|ore)\b|aufgegeben|abandonn[eé]
        zeit[uü]berschreitung|abgelaufen|nicht (?:zu )?erreich\w+|fehlgeschlagen|unterbrochen|
            keine antwort
        d[eé]lai|expir[eé]e?|injoignable|interrompue?|scadut[oa]|irraggiungibile|tempo
    """),
    "down": any_of(r"""
        (?:refused|reset|lost|dropped|closed|broken|aborted|unreachable|unavailable|down)\b
        (?:connessione|connexion|verbindung)\w*\b.{0,20}(?:rifiutata|refus[eé]e|verweigert|
            abgelehnt|abgebrochen)|abgebrochen
        unterbrochen|getrennt|interrompue?|chius[ao]|indisponible|non disponibile
    """),
    "silent": any_of(r"""
        servfail|tim(?:ed?|ing)[ -]?out|no (?:answer|response)|never answered|did not answer
        fail(?:ed|ure|s)\b|\btemporar|not respond|malformed|refused
        antwortet nicht|fehlgeschlagen|fehler|st[oö]rung|[eé]chec|[eé]chou|ne r[eé]pond|
            n'a pas r[eé]pond|fallit|
            non risponde|errore
    """),
    "round": any_of(r"""
        \bloop(?:s|ed|ing)?\b|in circles|too many hops|\bschleife\b|im kreis\b|en boucle|in cerchio
    """),
    "several": any_of(r"""
        \b(?:several|multiple|more than one|two|many) .{0,20}(?:match\w*|found|users|entries)
        \bambiguous\b|mehrdeutig|nicht eindeutig|mehrere .{0,20}(?:treffer|passen|eintr[aä]ge)
        plusieurs .{0,20}correspond|ambigue?|pi[uù] .{0,20}corrispond
    """),
    "ours": any_of(r"""
        (?:internal|system|server|software|local|configuration|i/o|processing|unexpected|database|
            disk|program|script|temporary|directory|ldap|lookup) (?:\w+ ){0,2}(?:error|fail\w*|
            problem|fault|trouble|unavailable|down)
        interrupted system call|something went wrong|(?:lokaler|technischer|interner) fehler
        (?:datenbank|netzwerk|programm)fehler|probl[eè]me technique|technische\w* problem|
            problema tecnico
        misconfigur|crash|out of memory|overload|too busy|systemfehler|st[oö]rung
        erreur (?:interne|syst[eè]me|technique|.{0,30}sur le serveur)|malfunzionamento
        errore (?:interno|di sistema|.{0,30}sul server)
    """),
    "fast": any_of(r"""
        too (?:many|much|fast|frequent|quickly)|\brate\b|throttl|slow down|flood|frequen\w+|
            per (?:hour|
            day|minute|second)|limit(?:ed|s)? (?:reach|exceed)\w*|(?:daily|hourly)
            \s(?:\S+ )?(?:cap|limit|quota|maximum)|zu (?:viele|schnell)|trop de|
            trop vite|limite d'envoi|langsamer|lentement|lentamente|slower|troppi|
            excessive (?:volume|number)
    """),
}  # fmt: skip
