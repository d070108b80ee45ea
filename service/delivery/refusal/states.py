"""What servers say of a thing when they refuse: a table.

Words that mean it by themselves, or what is denied.
"""

import re

from service.delivery.refusal.notions import (
    ALLOWED,
    BOXES,
    FOUND,
    GONE_ELSEWHERE,
    LETTERS,
    NOT,
    TAKE,
    WITHIN_REACH,
)
from service.delivery.refusal.patterns import any_of

STATES: dict[str, re.Pattern[str]] = {
    "lacking": any_of(r"""
        \b(?:no|not|missing|fail\w*|invalid|without|lacks?|required?|requires|needed|must|
            mismatch\w*|unsigned|unsupported|broken|bad|unable|error)\b|n't\b
        \b(?:kein\w*|nicht|fehl\w+|ung[uü]ltig\w*|erforderlich|manquante?|requise?|absente?|pas|
            non|mancante|richiest[oa])\b
    """),
    "full": any_of(r"""
        \brandvoll|\bcrammed\b|\bat capacity\b|[eé]puis[eé]e?|\bno [kmg]?bytes\b|
            limite .{0,20}raggiunt|run out|speicherlimit|\bsatura\b|aufgebraucht|\bbelegt\b|
            \bbeyond\b|
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
            under maintenance|retired|decommissioned|paused|
            not (?:active|enabled|activated)|no longer active|asleep|to sleep)\b
        \bout of (?:service|order|use)\b|hors service|fuori servizio|ausser betrieb|verrouill[eé]
        \binactif|non (?:pi[uù] )?attiv[oa]\b
        \bruht\b|under review|\blapsed\b|\bbusy\b
        receiving (?:is )?(?:disabled|switched off|off)|being (?:moved|migrated|upgraded)
        gesperrt|deaktiviert|aufgehoben|stillgelegt|geschlossen|abgelaufen|inaktiv|eingefroren|
            ausgeschaltet|in wartung|
            nicht (?:mehr )?aktiv
        suspendue?|d[eé]sactiv[eé]e?|bloqu[eé]e?|ferm[eé]e?|inactive?|expir[eé]e?|cl[oôò]tur[eé]e?
        en maintenance|in manutenzione|sospes[oa]|disattivat[oa]|disabilitat[oa]|bloccat[oa]|
            scadut[oa]|chius[oa]
    """),
    # Said of a mailbox and of nothing on the way to it, which is turned away («refused»).
    "barred": any_of(rf"""
        (?:\b{BOXES}|\baddress|@\S+)\b>? (?:(?:is|was|has|been|ist|wurde|est|[eè]|temporar(?:il)?y|
            currently) )*(?:blocked|barred|banned|suspended|blockiert)\b
    """),
    "moved": any_of(r"""
        (?:has|have) (?:been )?(?:moved|changed|migrated|relocated)|new (?:e-?mail )?address
        neue \S{0,10}adresse|umgezogen|ge[aä]ndert|nouvelle adresse|nuovo indirizzo|chang[eé] d
    """),
    "gone": any_of(rf"""
        {NOT}.{{0,40}}?{FOUND}\b|{FOUND}\b(?: \S+){{0,3}}? {NOT}
        \bunknown\b|\binvalid\b|\bno such\b|non-?exist\w*|\bbogus\b|\bbad\b|\bundefined\b
        \b(?:departed|abolished|dissolved|purged|vacant|obsolete|defunct|stranger)\b|
            \bno (?:\w+ )?(?:trace|match|entry|mapping)\b
        \b(?:has|have) left\b|\bno longer (?:at|here|with|works|employed|valid|served)\b|
            means? nothing|check (?:the|its|your) (?:spelling|address)|
            \babsent from
        \bun(?:allocated|assigned|listed|registered|verified|verifiable)\b|\bnowhere\b
        \bunroute?able\b|\bunresolv\w+|\bunrecogni[sz]ed\b|\bnobody\b|nxdomain|\bnotfound\b
        \bno (?:one|mx|record|host|domain|entry)\b|\bno\b.{{0,20}} by that name
        (?:mis-?spel\w+|incorrect|wrong|deleted|removed|typo|left (?:the|our|us))\b|\bnot one of\b
        must (?:resolve|exist)
        (?<!name )(?<!dns )(?<!host )(?:verif\w+|lookup|look-up|validation) (?:has |was )?fail\w*
        \bno (?:\w+ )?{BOXES}\b(?!.{{0,20}}(?:space|quota))|nothing here
        ha(?:s|ve) no \S|(?:not|n't) have (?:an?|any) (?:\S+ )?{BOXES}|nobody (?:here|by|called)
        {GONE_ELSEWHERE}
    """),
    "away": any_of(rf"""
        {NOT}.{{0,30}}?\b{WITHIN_REACH}\b|\bun(?:available|reachable)\b
        \bindisponibles?|injoignables?|irraggiungibil[ei]|non disponibil[ei]
    """),
    "turned": any_of(rf"""
        (?:recipient|address|rcpt|user|mailbox)(?: address)?(?: \S+@\S+)?:? (?:was |is |has been )?
            (?:rejected|refused|denied|not accepted)
        (?:rejected|refused|bad) (?:recipient|address|rcpt|mailbox)|{BOXES}\b.{{0,40}} not ok\b
        (?:empf[aä]nger\w*|adresse) (?:wurde |wird )?(?:abgelehnt|zur[uü]ckgewiesen)
        (?:destinataire|adresse) (?:refus[eé]|rejet)|(?:destinatario|indirizzo) (?:rifiutat|respint)
    """),
    "nomail": any_of(rf"""
        {NOT}.{{0,25}}?\b{TAKE}\b(?: \S+){{0,3}}? {LETTERS}\b
        \b{TAKE}(?: \S+)? {NOT} (?:de |d'|di )?{LETTERS}\b
        {NOT} {LETTERS} (?:\S+ ){{0,2}}?{TAKE}\b
        {NOT}(?: \S+){{0,2}} (?:receiving|accepting)\b|\bno (?:mail|smtp) (?:service|server)
        \b{TAKE} (?:\S+ ){{0,2}}(?:no|keine|aucun|nessun\w?) (?:more |weiteren? )?{LETTERS}\b
        {NOT} (?:\S+ )?{TAKE}\b.{{0,12}}\b(?:at all|anything|anymore)\b
        (?:refuses?|rejects?|turns away) (?:all|any|every) {LETTERS}|null ?mx
    """),
    "unwanted": any_of(rf"""
        \b(?:chose|chosen|asked|prefers?|decided) not to\b|personal (?:block|black) ?list
        \b(?:only|nur) (?:\w+ ){{0,2}}(?:{TAKE}) {LETTERS}
        {NOT}.{{0,12}}?\b(?:want|wish|like|w[uü]nsch\w+|veut|souhaite|vuole|desidera)\b
        {NOT}.{{0,12}}?\b(?:knows? you|whitelist\w*|kennt sie)\b|only .{{0,15}}?{TAKE}
        {TAKE} (?:\S+ ){{0,4}}?(?:only|nur|seulement|que|solo|soltanto)\b
        {LETTERS} (?:\S+ ){{0,3}}?(?:by (?:the |its )?(?:recipient|user|owner)|vom empf[aä]nger|
            par le destinataire|dal destinatario)\b
        {BOXES} (?:has |hat )?(?:refuses|rejects|declines|blocks|blocked you|refuse|lehnt|rifiuta|
            respinge|sperrt)\b
    """),
    "spam": any_of(r"""
        \bspam\w*|\bjunk\b|unsolicited|\bbulk\b|phish|\bvirus|malware|malicious|suspicious
        \bvirus\w*|trojan|\binfect\w+|infizier\w*|schadcode|schadsoftware|malveillant|dannoso|
            dangerous|gef[aä]hrlich|dangereu|pericolos
        massenmail\w*|massenversand|pourriel|ind[eé]sirable|indesiderat|\bwerbung\b|publicit\w*|
            pubblicit\w*|advertis\w+
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
        {NOT}.{{0,30}}?\b{ALLOWED}|(?:may|must) not (?:send|write|post|mail|use|submit)|closed to
        {NOT} (?:\w+ )?(?:taken|accepted|received)\b
    """),
    "forbidden": any_of(rf"""
        {NOT}.{{0,30}}?\b{ALLOWED}|\b{ALLOWED} .{{0,20}}{NOT}
        (?:restricted|limited) to|\b(?:only|nur|seuls?|solo|soltanto|alleen)\b.{{0,20}}(?:members|
            subscribers|mitglieder|abonnent\w*|membres|abonn[eé]s|membri|iscritti|leden)
        r[eé]serv[eé]\w? aux|riservat\w|moderated|moderiert|restricted|google groups
    """),
    "exclusive": any_of(r"""
        \bonly .{0,30}\b(?:may|can)\b|\bnur .{0,30}d[uü]rfen\b|\bseuls? .{0,30}peu(?:t|vent)\b
        \bsolo .{0,30}(?:pu[oò]|possono)\b|(?:need|requires?) (?:\w+ )?(?:permission|approval)
    """),
    "dropped": any_of(r"""
        \b(?:message|e?-?mail|nachricht|courriel|messaggio)\b(?: \S+){0,2}? (?:was|has been|
            wurde|a [eé]t[eé]|[eè] stato) (?:deleted|removed|discarded|gel[oö]scht|entfernt|
            supprim[eé]|eliminato|cancellato)
    """),
    "listed": any_of(r"""
        (?:black|block|deny|reject|bad)[ -]?list\w*|\brbl\b|dnsbl|sperrliste|schwarze\w? liste
        listes? (?:noire|rouge)|list[ae] ner[ae]
    """),
    "late": any_of(r"""
        antwortet nicht|reagiert nicht|pu joindre|non raggiung
        impossible de (?:joindre|contacter)|too often|bounced between
        (?:ne|n'|non|no) ?(?:\S+ )?(?:r[eé]pond|risponde|rispost)|\bmuet\b|never answered
        tim(?:ed?|ing)[ -]?out|expired?|too long|no (?:\w+ )?(?:answer|response|route|connection)|
            aucune r[eé]ponse|nessuna risposta
        (?:not|n't|cannot|unable to|failed to|could not|couldn't|never) (?:\w+ ){0,2}(?:connect|
            contact|reach|establish|respond|answer|open|be (?:reached|contacted|established))
        (?:days|hours|minutes|attempts|retries|tries)\b|give up|giving up|gave up
        \b\w+ (?:tage[ns]?|stunden|jours|heures|giorni|ore)\b|aufgegeben|abandonn[eé]
        zeit[uü]berschreitung|abgelaufen|nicht (?:zu )?erreich\w+|fehlgeschlagen|unterbrochen|
            keine antwort
        d[eé]lai|expir[eé]e?|injoignable|interrompue?|scadut[oa]|irraggiungibile|\btempo\b
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
            disk|program|script|temporary|directory|ldap|lookup|
            verification) (?:\w+ ){0,2}(?:error|fail\w*|
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
