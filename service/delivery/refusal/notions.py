"""What words mean, whatever they are said of: pieces of patterns, in five languages and some more.

To exist, to take mail, to be within reach, to be allowed: that each of these is denied is put
together in `states`, so that nobody need foresee how a language does so.
"""

from service.delivery.refusal.patterns import any_of

NOT_ENGLISH = (
    r"(?:\bnicht\b|\bkein\w*|\bnie\b|\bpas\b|\bplus\b|\baucune?\b|\bjamais\b|\bnon\b|\bnessun\w?\b"
    r"|\bimposs?ib(?:le|ile)\b|\bmai\b|\bniet\b|\bgeen\b|\binte\b|\bikke\b|\bno (?=exist|se ))"
)
NOT = (
    r"(?:\bnot\b|n't\b|\bcannot\b|\bno\b|\bnone\b|\bnever\b|\bunable to\b|\bfail(?:ed|s|ure)? to\b"
    rf"|{NOT_ENGLISH})"
)
FOUND_ELSEWHERE = (
    r"\b(?:gefunden|finden|bekannt|kennen|vorhanden|existier\w+|g[uü]ltig|zugeordnet|zuordnen"
    r"|zugewiesen|vergeben|registrat[oa]|ermittel\w+|[uü]berpr[uü]ft|verifizier\w+|registrier\w+"
    r"|f[uü]hren"
    r"|gef[uü]hrt|eingerichtet|angelegt|verzeichnet|erkannt|passend\w*|identifizier\w+"
    r"|wohnt|h[eé]berg\w+|belegt|in gebrauch|hinterlegt|aufgef[uü]hrt|gelistet|geh[oö]rt"
    r"|utilis[eé]e?"
    r"|d[eé]clar\w+"
    r"|en (?:service|usage)|partie|travaille|censit[oa]|in uso|attivat[oa]|appartiene|lavora"
    r"|existe|trouv\w+|connu\w*|connai\w+|reconnu\w*|valable|attribu[eé]\w*|v[eé]rifi\w+"
    r"|enregistr\w+|r[eé]f[eé]renc\w+|r[eé]pertori\w+|correspond\w*|figure"
    r"|trovat[oa]|esist\w+|riconosciut[oa]|conosc\w+|registrat[oa]|presente|attribuit[oa]"
    r"|assegnat[oa]|corrispond\w+|risulta|encontr\w+|bestaat|gevonden|bekend|finns|k[aä]nd"
    r"|(?:im|in) \S* ?\w*(?:verzeichnis|adressbuch)|dans l'annuaire|nella rubrica)"
)
FOUND = (
    r"(?:\b(?:exist\w*|found|find|know[ns]?|recogni[sz]\w*|valid\w*|listed|registered|here|local"
    r"|resolv\w*|present|match\w*|identif\w+|verif\w+|locat\w+|assigned|allocated|defined|lives?"
    r"|heard|in use|used|served|hosted|our\b|belong\w*|(?:of|on) (?:our|ours|us)|employed|works"
    r"|a member of this|among|result|provisioned|configured|set up|part of"
    r"|in (?:\w+ ){0,2}(?:directory|address book|database|list|system))"
    rf"|{FOUND_ELSEWHERE})"
)
BOXES = (
    r"(?:user|recipient|e?-?mail ?box|account|addressee?|alias|inbox|person|customer|subscriber"
    r"|employee"
    r"|benutzer\w*|empf[aä]nger\w*|postfach|konto|adress\w*|teilnehmer"
    r"|destinataire|adresse|utilisateur|compte|bo[iî]te|personne|abonn[eé]"
    r"|destinatario|indirizzo|utente|casella|account|cuenta|usuario|buz[oó]n|persona)"
)
LETTERS = (
    r"(?:e-?mails?|mails?|messages?|letters?|smtp|nachrichten?|post|sendungen|courriers?|courriels?"
    r"|messagg\w+|posta|correo)"
)
TAKE = (
    r"(?:accept\w*|receiv\w*|tak(?:e|es|ing)|handl\w+|support\w*|collect\w*|nimmt|nehmen"
    r"|empf[aä]ngt|empfangen|annehmen|entgegen\w*|akzeptiert|accepte\w*|re[cç]oi\w+|recevoir"
    r"|accett\w+"
    r"|ricev\w+|acepta|recibe)"
)
WITHIN_REACH = (
    r"(?:available|reachable|accessible|erreichbar|zu erreichen|verf[uü]gbar|zug[aä]nglich"
    r"|disponibles?|joignables?|disponibil[ei]|raggiungibil[ei])"
)
ALLOWED = (
    r"(?:allow\w*|permi(?:t\w*|ssion)|authori[sz]\w+|entitled|welcome|tolerated|trusted|approved"
    r"|acceptable|berechtig\w+|erlaub\w+|gestattet|zugelassen|zul[aä]ssig|befugt|d[uü]rfen"
    r"|akzeptiert|angenommen|autoris\w+|permis|admise?|habilit[eé]|le droit|autorizza\w+"
    r"|consentit\w|permess\w|ammess\w|permiso|autoriza\w+|toestemming|toegestaan|gemachtigd"
    r"|beh[oö]righet|opr[aá]vn\w+|uprawnie\w+)"
)

GONE_ELSEWHERE = rf"""
        {NOT_ENGLISH}.{{0,40}}?{FOUND_ELSEWHERE}\b
        {FOUND_ELSEWHERE}\b(?: \S+){{0,3}}? {NOT_ENGLISH}
        \b(?:kein\w*|aucune?|nessun\w?|geen|ning[uú]n\w*) (?:\w+ )?{BOXES}\b(?!.{{0,20}}(?:
            speicher|platz))
        kein\w* solche|gibt (?:es )?(?:\S+ ){{0,3}}(?:kein|nicht)|\bunbekannt\w*|ung[uü]ltig\w*
        \bfalsch\w*|gel[oö]scht|gibt es|entfernt|nicht mehr|\bniemand\w*|\bnichts\b
        aufgel[oö]st|ausgeschieden|retir[eé]e? d|\bfehlt\b|ausgetreten|fehlerhaft|verzogen|
            verlassen|
            gibt'?s .{{0,10}}nicht|
            haben wir nicht
        a quitt[eé]|mauvaise adresse|incorrect[ea]s?\b|ausser gebrauch|lasciato|soppress[oa]|
            rimoss[oa]|sbagliat[oa]|cessat[oa]
        inconnue?s?\b|introuvables?|inexistant\w*|\binvalides?\b|erron[eé]e?|n'existe|\babsente? d|
            supprim[eé]e?|^(?:\d{{3}} )?personne\b|pas d[e'] ?{BOXES}
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
    misschien|mogelijk|pravd[eě]podobn|mo[zž]n[aá]|\bkanske\b|можливо|ймовірно|возможно|可能
""")  # fmt: skip
