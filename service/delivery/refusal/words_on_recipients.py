"""What mail servers say of an address or a mailbox, by the reason that it tells.

Each line is a piece of a regular expression on text in small letters with single blanks.
"""

# Asked before everything else: what RFC 5321 §4.2.3 gives as the words of a bare 550.
EARLY: dict[str, str] = {
    "userunknown": r"""
        (?:^|\b55[03] )(?:5\.\d\.\d )?requested (?:mail )?action not taken: mailbox (?:unavailable|
            not found)
    """,
    # A wrong domain makes a wrong address; the servers that say both mean the domain.
    "hostunknown": r"""
        ^(?!.*(?:dns error:|sender|mail from|\bfrom:|absender|exp[eé]diteur|
            mittente)).*\b(?:domain(?: name)?|
            dom[aä]ne|domaine|dominio) (?:\S+ )?(?:does not exist|doesn't exist|not exist|not found|
            existiert nicht|nicht existiert|unbekannt|n'existe pas|non esiste|gibt es nicht)
    """,
}  # fmt: skip

WORDS: dict[str, str] = {
    "notaccept": r"""
        (?:host|domain|server) does(?: not|n't) (?:accept|receive) (?:any )?(?:e-?)?mail
        doesn't receive email according to the administrator
        null ?mx
        no smtp service|no mx found for (?:domain|destination)
        destination seems? to reject all mails?
        system (?:is )?not accepting (?:network )?messages
        mail receiving disabled
        nimmt keine e?-?mails? (?:an|entgegen)
        (?:recipient|destination) (?:host|domain|server).{0,30}(?:does not|doesn't) (?:accept|
            receive)
        name server: \.: host not found
        mx .{0,30}(?:points?|pointing) to (?:localhost|127\.|0\.0\.0\.0)
    """,
    "hasmoved": r"""
        (?:user|mailbox|recipient|account|address) has (?:been )?(?:moved|replaced) (?:to|by)
        recipient no longer on server
        (?:please )?(?:use|update to) (?:the )?new (?:e-?mail )?address
        e-?mail address (?:has )?changed
        neue (?:e-?mail-?)?adresse (?:lautet|ist)
        (?:user|recipient|account) (?:has )?moved\b
        a chang[eé] d'adresse|nuovo indirizzo
    """,
    "mailboxfull": r"""
        (?:mail ?box|mailbox for user|account|inbox|postfach|maildir|bo[iî]te|casella|
            speicher\w*)\b.{0,40}?\b(?:is|ist|est|has|hat|over|out of|)\s?(?:over ?quota|full\b|
            voll\b|überfüllt|pleine|piena|exceed\w*|over (?:the )?(?:quota|limit|its)|
            out of storage)
        (?:over|exceed\w*|out of|above|beyond) (?:(?:the|its|his|their|user|disk|mail|storage|
            maximum|allocated|allowed) )*(?:quota|mailbox size|storage (?:limit|space|quota)|
            disk (?:space|usage|quota))
        quota (?:exceed|is full|full|violation|überschritten|has been exceeded|dépassé|superat)|
            quotaexceed|over ?quota\b
        \b(?:kontingent|speicherplatz|quota|limite?)\b.{0,50}(?:[uü]berschritten|ersch[oö]pft|
            d[eé]pass[eé]|superat)
        mailbox[_ ]?full
        user has too many messages|too much mail data
        insufficient (?:storage|disk space) (?:for|in) (?:the |this )?(?:mailbox|user|recipient)
        would exceed (?:the )?(?:mailbox|quota|user)
        recipient storage (?:is )?full
        mailbox exceeds allowed size
        delivery failed: over quota
        full (?:mail ?box|inbox)|(?:inbox|mail ?folder|mailbox) is full
        (?:disk|disc|user ?disk|domain ?disk) ?quota
        (?:reached|hit) (?:(?:its|his|the|their|disk|storage|mailbox|mail) )*(?:quota|storage limit)
        (?:space|storage) (?:has been |is )?(?:used up|exhausted)
        not enough (?:\w+ )?space (?:in|for|on|to)\b
        exceed\w* (?:\w+ ){0,2}storage (?:allocation|allotment)
        has too much mail|over the allowed|over (?:its|his|their) (?:quota|limit)
        (?:bo[iî]te|messagerie|mailbox).{0,30}satur[eé]e|plus de place
        (?:casella|posta).{0,30}(?:esaurit|piena)|spazio .{0,20}esaurit|buz[oó]n lleno
        (?:postfach|speicher\w*|konto)\b.{0,40}(?:[uü]berf[uü]llt|ersch[oö]pft|(?:zu |
            bereits )voll\b)
    """,
    "exceedlimit": r"""
        recipsizelimit|too large for this recipient
        exceeds? (?:the )?limit set by (?:the )?recipient
    """,
    "mesgtoobig": r"""
        (?:message|mail|attachment|nachricht|content)\b(?: is| ist| was)? (?:size )?(?:too (?:big|
            large)|zu gro(?:ss|ß))
        (?:message|mail|maximum|content) (?:file |message )?(?:size|length) .{0,30}(?:exceed|limit|
            maximum)
        exceed\w* .{0,30}(?:message|mail|maximum) (?:file |message |mail )?(?:size|length)
        trop volumineux|oversized message
        (?:nachricht|mail)\b.{0,40}(?:[uü]berschreitet|zu gro(?:ss|ß)).{0,40}(?:gr[oö](?:ss|ß)e|
            gro(?:ss|ß)|mb\b)
        (?:taille|dimension[ei]).{0,40}(?:d[eé]pass|limite|supera|consentit)
        message (?:is )?larger than
        line limit exceeded
    """,
    "filtered": r"""
        recipient preferences
        (?:not|n't) (?:wish|want) to receive|message (?:was )?filtered|filtered by
        (?:refused|rejected|blocked|discarded) by (?:the )?(?:recipient|user)\b(?! domain|
            's (?:domain|server|mail)| verif)
        (?:user|mailbox|recipient|account) (?:does not|doesn't) accept (?:mail|messages)
        due to (?:the )?recipient'?s? (?:settings|preferences|rules)
        only accept\w* (?:mail|messages|e-?mails?) from
        refuses? to (?:receive|accept)
        blocked by (?:the |your )?recipient
        user (?:rules?|reject|refuses)
        not accepting any mail
        suppression list|bounced address
        rejected by (?:the )?recipients\b
    """,
    "suspend": r"""
        (?:account|mail ?box|user|address|konto|postfach)\b.{0,40}?(?:suspend|disabled|\binactiv|
            deactiv|\blocked\b|frozen|dormant|gesperrt|deaktiviert|stillgelegt|disattivat)
        (?:disabled|inactive|suspended|closed|locked|deactivated|discontinued|
            dormant) (?:e?-?mail )?(?:account|mail ?box|user|recipient|address)
        (?<!delivery )(?:temporarily|currently) (?:locked|suspended|disabled|inactive)
        not currently accepting (?:mail|messages)
        (?:account|mailbox) (?:(?:has been|is|was) )?(?:closed|terminated|cancelled|expired|blocked)
        mailbox (?:is )?(?:temporarily |currently )?unavailable
        boite du destinataire archivee
        (?:account|mail ?box|user|recipient|compte|casella|konto|postfach)\b.{0,30}?(?:terminated|
            archiv|discontinued|barred|on hold|bloqu[eé]|d[eé]sactiv|disabilitat|sospes|suspendu|
            ausser betrieb)
        archived recipient|extended inactivity|inactive (?:since|for)
        recipient suspend|temporar(?:il)?y inactive
    """,
    "userunknown": r"""
        (?:user|recipient|mail ?box|account|address|addressee|e-?mail|alias|local part|destinataire|
            empf[aä]nger(?:adresse)?|benutzer|postfach|adresse|adressat|destinatario|utente|
            indirizzo|casella|bo[iî]te)\b(?:[^.;]|\.(?! )){0,80}?\b(?:unknown|unbekannt|inconnue?|
            sconosciut[oa]|invalide?|ung[uü]ltig|not (?:be )?(?:found|exist\w*|known|recogni[sz]ed|
            valid|listed|present)|doesn't (?:exist|have)|does not (?:exist|have)|n'existe|
            existiert nicht|nicht (?:gefunden|bekannt|vorhanden|erreichbar)|gibt es .{0,20}nicht|
            introuvable|non (?:esiste|trovat[oa])|inesistente|no longer (?:exist\w*|valid|available|
            active|in use)|couldn't be found|could not be found|wasn't found|not here)
        (?:unknown|invalid|no such|no valid|nonexistent|non-existent|bad|illegal|unrouteable|
            unroutable|unrecognized) (?:or \w+ )?(?:e-?mail |local |virtual |smtp )?(?:user|
            recipient|mail ?box|account|address|addressee|alias|e-?mail|local[- ]part|rcpt|
            destination (?:mailbox|address))\b
        \b542 \S{1,90}@\S{1,90} rejected
        \bwurde (?:in|bei|unter) \S+ nicht gefunden
        usernotfound|recipnotfound|recipientnotfound|\buserunknown\b|user_?unknown
        invalid final delivery userid
        no (?:such )?(?:mail ?box|account|user|recipient|person) (?:here|by that name|with|of|found|
            exists?|under)
        (?:this|the) user doesn't have
        can't (?:find|verify) (?:the )?(?:user|recipient|mailbox)|couldn't find any mailbox
        recipient address rejected: access denied
        address(?:ee)? not found|not found by smtp address lookup|is not listed in (?:domino|the|
            public)
        no longer (?:employed|with|works)|address no longer accepts
        \b(?:ofr|lpn)_?(?:007_)?416
        mailbox name not allowed
        not (?:a |an |our )?(?:valid|known|local|existing|registered) (?:e-?mail )?(?:recipient|
            user|mail ?box|account|address|customer)
        recipient (?:is )?not (?:ok|local|accepted)|can't accept user
        there is no (?:one|such|user|mail ?box|account)|nobody (?:here|by that)
        address (?:is )?(?:wrong|incorrect|misspelled)|was misspelled
        no mail ?box found|no person|(?:bad|valid)r(?:cpt|ecipient)to
        unresolvable (?:address|recipient)|no user record
        not on (?:the |this )?post ?office|unrecogni[sz]ed[- ]o/?r[- ]name|ambiguous[- ]o/?r[- ]name
        (?:recipient|user|mailbox|account) (?:has been |was )?(?:deleted|removed)
        (?:benutzer|empf[aä]nger|adresse|postfach|konto|mailbox)\b.{0,40}(?:gibt es|existiert|
            gel[oö]scht|nicht mehr (?:g[uü]ltig|aktiv|in betrieb|vorhanden))
        (?:unbekannte[rn]?|ung[uü]ltige[rn]?|falsche) (?:\S+ )?(?:benutzer|empf[aä]nger|adresse|
            postfach|adressat)
        (?:utilisateur|destinataire|adresse|bo[iî]te)\b.{0,40}(?:inconnue?|inexistante?|
            introuvable|
            n'existe|n'a pas [eé]t[eé] trouv)
        (?:utente|destinatario|indirizzo|casella)\b.{0,40}(?:sconosciut|inesistent|non (?:esiste|
            valid|trovat|[eè] stat[oa] trovat))|nessun utente
        usuario (?:desconocido|inexistente)|no existe
        mailbox not found|requested mail action aborted, mailbox|couldn't find (?:the )?(?:user|
            mailbox)
        name & address book|nicht im .{0,20}(?:adressbuch|verzeichnis)
        no such person|unknown or illegal|\brcp-p1\b
    """,
    "hostunknown": r"""
        (?:host|domain|domain name|mail server|hostname)\b.{0,30}?\b(?:unknown|not found|
            doesn't exist|does not exist|can't be found|could not be (?:found|resolved)|not exist|
            unbekannt|nicht gefunden|inexistant|couldn't be found)
        domain is not reachable
        dom[aä]nen?(?:name)?\b.{0,30}?(?:unbekannt|nicht gefunden|existiert nicht)
        domain existiert nicht|domaine .{0,30}(?:introuvable|n'existe)|dominio .{0,30}non esiste
        (?:unknown|no such|nonexistent|unrouteable|unroutable|unresolvable) (?:mail )?(?:host|
            domain)
        nxdomain|name or service not known
        couldn't find any host
        all relevant mx records point to non-existent
        all host address lookups\b.{0,90}?\bfailed\b(?! temporarily)
        no route to (?:the )?domain
        (?:host|domain)\b.{0,60}(?:nxdomain|not registered|no (?:mx|dns|a) records?\b|must exist|
            not valid)
        does not appear to be registered|nonexistent ?domain
        (?:could not|couldn't|cannot|unable to|failed to) resolve (?:the )?(?:host|domain|
            mail ?server|destination)
        could not be found in (?:the )?domain name s
        (?:unbekannte[rn]?|ung[uü]ltige[rn]?) (?:domain|dom[aä]ne|host|mailserver)
        (?:domaine|h[oô]te) (?:inconnu|inexistant|introuvable)|dominio (?:sconosciuto|inesistente|
            non trovato)
        couldn't find (?:a|any) (?:mail exchanger|host)|illegal host|unknown host or domain
    """,
    "systemfull": r"""
        (?:insufficient|no|not enough|out of|lack of|low) (?:system )?(?:disk space|disk|storage|
            space|system resources?|resources|memory)\b
        mail system full|no space left
    """,
}  # fmt: skip
