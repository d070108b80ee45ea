"""The words of mail servers, by the reason that they tell; asked from the top, the narrow first.

Each is a piece of a regular expression on text in small letters with single blanks; `WIDE` is asked
only when neither these nor a status code say anything.
"""

WORDS: tuple[tuple[str, str], ...] = (
    ("authfailure", r"""
        dmarc
        unauthenticated (?:e?mail|sender is)
        \bspf (?:check|fail|validation|record with)
        (?:fails?|failed|failing) (?:to pass )?(?:the )?(?:spf|dkim|dmarc|authentication)
        (?:does not|do not|doesn't|fails to) pass .{0,20}(?:verification|spf|dkim|authentication)
        sender is unauthenticated
        does(?: not|n't) (?:have|meet) .{0,12}authentication (?:info|requ)
        \bsenderid\b|sender id \(pra\)
        openspf\.
        is not (?:allowed|permitted|authori[sz]ed) .{0,30}\bspf\b
        you(?:r message)? (?:is|are) not authenticated by .{0,20}dkim"""),
    ("notaccept", r"""
        (?:host|domain|server) does(?: not|n't) (?:accept|receive) (?:any )?(?:e-?)?mail
        doesn't receive email according to the administrator
        null ?mx
        no smtp service|no mx found for domain
        system (?:is )?not accepting (?:network )?messages
        mail receiving disabled
        nimmt keine e?-?mails? (?:an|entgegen)"""),
    ("networkerror", r"""
        too many hops|hop ?count|maximum hop
        mail (?:forwarding )?loop|routing loop|loops? back to|mail is looping
        dns error: \d+ dns type
        malformed or unexpected name server reply
        cname lookup failed
        this message is looping"""),
    ("hasmoved", r"""
        (?:user|mailbox|recipient|account|address) has (?:been )?(?:moved|replaced) (?:to|by)
        recipient no longer on server
        (?:please )?(?:use|update to) (?:the )?new (?:e-?mail )?address
        e-?mail address (?:has )?changed
        neue (?:e-?mail-?)?adresse (?:lautet|ist)"""),
    ("requireptr", r"""
        \bptr\b
        reverse[ -]dns|\brdns\b
        (?:cannot|can't|unable to|could not) (?:find|resolve) (?:your|the) (?:reverse|host ?name|ip)
        client host rejected: cannot find your
        mismatch(?:es)? client ip
        has no (?:reverse|fqdn)
        ip (?:address )?(?:does not|doesn't) resolve|ip lookup failed"""),
    ("notcompliantrfc", r"""
        not (?:rfc ?-?\d* ?)compliant|rfc ?\d{3,4} compliant
        multiple (?:addresses (?:\S+ )?in from|(?:subject|from|to|date) headers?)
        duplicate header
        (?:missing|invalid|no) (?:message-id|date|from) header
        bare (?:lf|cr|linefeed)|stray newline"""),
    ("virusdetected", r"""
        virus|malware|trojan|infected|ransomware
        executable (?:files?|attachment)
        attachment (?:type )?.{0,20}(?:not allowed|blocked|forbidden)
        banned (?:file|attachment|name)"""),
    ("spamdetected", r"""
        (?:as|be|is|of|like|detected|suspected|considered|identified|classif\w+|was|possible|
            likely|als|due to) (?:a |to be |an )?(?:spam|junk|unsolicited|bulk mail)\b
        \bspam (?:content|message|detected|filter|score|probab|policy|assassin|classification|check)
        (?:reject|block|refus|denied|discard)\w*.{0,60}\b(?:spam|unsolicited|junk)\b
        \bspam\b.{0,30}(?:reject|block|refus|denied|detect|not accepted|score|discard)
        scored as spam|high (?:spam )?score|detected as spam
        mail rejete|ofr_?506|lpn_?506
        content filter .{0,20}reject
        appears? to be unsolicited|looks? like spam"""),
    ("badreputation", r"""
        (?:low|poor|bad) reputation|reputation of the sending|ip reputation|reputation score
        tss0[49]|unexpected volume|user complaints"""),
    ("mailboxfull", r"""
        (?:mail ?box|mailbox for user|account|inbox|postfach|maildir|bo[iî]te|casella|
            speicher\w*)\b.{0,40}?\b(?:is|ist|est|has|hat|over|out of|)\s?(?:over ?quota|full\b|
            voll\b|überfüllt|pleine|piena|exceed\w*|over (?:the )?(?:quota|limit|its)|
            out of storage)
        (?:over|exceed\w*|out of|above|beyond) (?:(?:the|its|his|their|user|disk|mail|storage|
            maximum|allocated|allowed) )*(?:quota|mailbox size|storage (?:limit|space|quota)|
            disk (?:space|usage|quota))
        quota (?:exceed|is full|full|violation|überschritten|has been exceeded|dépassé|superat)|
            quotaexceed|over ?quota\b
        (?:kontingent|speicherplatz|quota|limite?)\b.{0,50}(?:[uü]berschritten|ersch[oö]pft|
            d[eé]pass[eé]|superat)
        mailbox[_ ]?full
        user has too many messages|too much mail data
        insufficient (?:storage|disk space) (?:for|in) (?:the |this )?(?:mailbox|user|recipient)
        would exceed (?:the )?(?:mailbox|quota|user)
        recipient storage (?:is )?full
        mailbox exceeds allowed size
        delivery failed: over quota"""),
    ("exceedlimit", r"""
        recipsizelimit|too large for this recipient
        exceeds? (?:the )?limit set by (?:the )?recipient"""),
    ("mesgtoobig", r"""
        (?:message|mail|attachment|nachricht|content)\b(?: is| ist| was)? (?:size )?(?:too (?:big|
            large)|zu gro(?:ss|ß))
        (?:message|mail|maximum|content) (?:file |message )?(?:size|length) .{0,30}(?:exceed|
            limit|maximum)
        exceed\w* .{0,30}(?:message|mail|maximum) (?:file |message |mail )?(?:size|length)
        trop volumineux|oversized message"""),
    ("speeding", r"""
        receiving mail at a rate
        sending .{0,20}too (?:fast|quickly)
        \brate limit
        mail (?:rate|volume) .{0,20}(?:exceed|limit)
        (?:daily|hourly) (?:message |sending |relay )?(?:limit|quota)
        too (?:many|much) (?:e?mails?|messages) (?:from|sent|per|received|within)"""),
    ("toomanyconn", r"""
        too many (?:concurrent |simultaneous |open )?(?:smtp )?(?:connections?|sessions?|
            invalid rcpt)
        frequency limited|connection (?:limit|rate) (?:exceed|reach)
        simultaneous connections
        sender rejected.{0,40}spectrum\.net"""),
    ("norelaying", r"""
        relay(?:ing)?(?: access)? (?:denied|not (?:allowed|permitted)|prohibited|forbidden|rejected)
        unable to relay|(?:not|don't|cannot|won't|refuse to) (?:allowed to |
            permitted to )?relay\b|no relaying
        isn't in my list|not in my (?:control/)?rcpthosts|isn't in my control/locals"""),
    ("filtered", r"""
        recipient preferences
        message (?:was )?filtered|filtered by
        (?:refused|rejected|blocked|discarded) by (?:the )?(?:recipient|user)\b(?! domain|
            's (?:domain|server|mail))
        user does not accept (?:mail|messages)
        due to (?:the )?recipient'?s? (?:settings|preferences|rules)"""),
    ("suspend", r"""
        (?:account|mail ?box|user|address|konto|postfach)\b.{0,40}?(?:suspend|disabled|\binactiv|
            deactiv|\blocked\b|frozen|dormant|gesperrt|deaktiviert|stillgelegt|disattivat)
        (?:disabled|inactive|suspended|closed|locked|deactivated|discontinued|
            dormant) (?:e?-?mail )?(?:account|mail ?box|user|recipient|address)
        (?:temporarily|currently) (?:locked|suspended|disabled|inactive)
        not currently accepting (?:mail|messages)
        (?:account|mailbox) (?:has been|is|was) (?:closed|terminated|cancelled|expired|blocked)
        mailbox (?:is )?(?:temporarily |currently )?unavailable
        boite du destinataire archivee"""),
    ("rejected", r"""
        domain of sender
        sender (?:address |domain |e-?mail |host )*(?:was |is |has been )?(?:rejected|denied|
            refused|unknown|invalid|not (?:allowed|verified|accepted|found|exist))
        (?:invalid|bad|unknown|unverified|blocked) sender
        sender verify fail
        (?:can't|cannot|couldn't|could not) (?:determine|verify) (?:the |your )?(?:purported|sender)
        (?:from|envelope|return) address .{0,30}(?:reject|invalid|not exist|does not|denied)
        not a registered gateway user|customfromdenied
        (?:permission|allowed|authori[sz]ed|permitted) to (?:post|send (?:to|mail|e-?mail|messages))
        groups\.google\.com/(?:support|a/)
        only (?:subscribers?|members?) (?:may|can) post
        (?<!recipient address rejected: )access denied(?!.{0,20}(?:\bip\b|recipient|banned))"""),
    ("userunknown", r"""
        (?:user|recipient|mail ?box|account|address|addressee|e-?mail|alias|local part|
            destinataire|empf[aä]nger(?:adresse)?|benutzer|postfach|adresse|adressat|destinatario|
            utente|indirizzo|casella|bo[iî]te)\b[^.;]{0,50}?\b(?:unknown|unbekannt|inconnue?|sconosciut[oa]|invalide?|
            ung[uü]ltig|not (?:be )?(?:found|exist\w*|known|recogni[sz]ed|valid|listed|present)|
            doesn't (?:exist|have)|does not (?:exist|have)|n'existe|existiert nicht|
            nicht (?:gefunden|bekannt|vorhanden|erreichbar)|gibt es .{0,20}nicht|introuvable|
            non (?:esiste|trovat[oa])|inesistente|no longer (?:exist\w*|
            valid|available|active|in use)|couldn't be found|could not be found|wasn't found|
            not here)
        (?:unknown|invalid|no such|no valid|nonexistent|non-existent|bad|illegal|unrouteable|
            unroutable|unrecognized) (?:or \w+ )?(?:e-?mail |local |virtual |smtp )?(?:user|
            recipient|mail ?box|account|address|addressee|alias|e-?mail|local[- ]part|rcpt|
            destination (?:mailbox|address))\b
        \b542 \S{1,90}@\S{1,90} rejected
        \bwurde (?:in|bei|unter) \S+ nicht gefunden
        usernotfound|recipnotfound|recipientnotfound|\buserunknown\b|user_?unknown
        invalid final delivery userid
        no (?:such )?(?:mail ?box|account|user|recipient|person) (?:here|by that name|with|of|
            found|exists?|under)
        (?:this|the) user doesn't have
        can't (?:find|verify) (?:the )?(?:user|recipient|mailbox)|couldn't find any mailbox
        recipient address rejected: access denied
        address(?:ee)? not found|not found by smtp address lookup|is not listed in (?:domino|the|
            public)
        no longer (?:employed|with|works)
        \b(?:ofr|lpn)_?(?:007_)?416
        mailbox name not allowed"""),
    ("hostunknown", r"""
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
        no route to (?:the )?domain"""),
    ("blocked", r"""
        (?:client|sending|connecting) (?:host|ip|server)\b.{0,60}?(?:reject|block|refus|denied|
            banned)
        \bblocked (?:using|by|for|due|because|ip|address|at|-)|black ?list|\bblock ?list|
            blocklisted|\brbls?\b|dnsbl|spamhaus|spamcop|barracuda|sorbs
        \bis (?:currently )?(?:listed|blocked) (?:in|at|on|by)
        (?:your|this|the|from) (?:\S+ )?(?:ip|host|server|network|mta|
            mail server)\b.{0,50}?(?:block|banned|denied|reject|not (?:allowed|permitted|welcome|
            accepted)|prohibited|refused)
        use the smtp server of your isp
        dynamic (?:ip|host|client|pool|address)|dial-?up
        connection (?:rejected|dropped|not accepted|denied|blocked) (?:by|due|from|for|because|your)
        connections? not accepted from
        access denied\.\.\.
        invalid ip for sending|banned sending ip|bad (?:sender ip|helo)
        hosts? .{0,16}not (?:allowed|permitted) to (?:send|connect)
        helo (?:command )?rejected|unauthorized host
        grey-?list|gray-?list
        part of their network is on our block
        ofr_?(?:999|10\d)|temporarily deferred
        cannot send e-?mail to yourself"""),
    ("policyviolation", r"""
        (?:local|security|site|mail|message|content|policy) polic(?:y|ies)|policy (?:violation|
            reasons?|restrict|reject)|denied by policy|policy
        header error
        not accepted for
        richtlinie|r[eè]gle de s[eé]curit[eé]|strat[eé]gie de messagerie|criteri? di sicurezza
        prohibited by|violat(?:e|es|ion)
        rule imposed|administrative prohibition"""),
    ("securityerror", r"""
        (?:smtp )?authentication (?:is )?(?:required|fail|credential)|turn on smtp authentication
        unauthenticated senders? not|not authenticated|must (?:use smtp auth|issue a starttls)
        authentication (?:turned|mechanism)|does not advertise auth
        verification failure|encryption (?:needed|required)"""),
    ("contenterror", r"""
        (?:message )?content (?:was )?(?:reject|not (?:allowed|accept)|blocked)|media error
        (?:bad|malformed|invalid|illegal|unsupported) (?:mime|header|encoding|charset|
            message header)
        headers? too large|too many (?:mime|attachments|links)|improper use of 8-bit"""),
    ("systemfull", r"""
        (?:insufficient|no|not enough|out of|lack of|low) (?:system )?(?:disk space|disk|storage|
            space|system resources?|resources|memory)\b
        mail system full|no space left"""),
    ("mailererror", r"""
        unknown mailer error|mailer error|x-unix
        command (?:failed|died|output|line usage)|exited with|exit status
        read response template|generated the following output"""),
    ("expired", r"""
        (?:delivery|envelope|retry|queue|connection|connect|operation|session|conversation|
            delivery time|read|nachricht)\b.{0,30}?(?:expired|timed? ?-?out|abgelaufen)
        zeit[uü]berschreitung|weiterhin versucht|d[eé]lai d'attente|tempo scaduto
        too long in the queue|retry timeout|been in (?:the )?queue
        could ?n[o']t (?:be delivered|deliver) (?:for|within|after|in) |for the last \d+ seconds|
            undelivered after
        (?:giving up|gave up|failed) (?:after )?\d+ (?:attempts|tries)|giving up after
        connection refused|(?:couldn't|could not|unable to|cannot|failed to) (?:connect|contact)
        no route to host|network is unreachable|connection (?:reset|lost|died|closed)
        (?:wasn't|was not) able to establish an smtp|did not accept our requests? to connect|
            socket error
        host not reachable|temporarily unable to deliver|still being retried|will keep trying"""),
    ("systemerror", r"""
        (?:system|internal|configuration|queue file|i/o|server) .{0,16}(?:error|fail)|
            service (?:currently |temporarily )?(?:unavailable|not available)|service currently
        temporary (?:local |system )?(?:failure|problem|error)|cname lookup failed temporarily
        service refused?\b|out of memory|crashed|lowest numbered mx|misconfigur|
            insufficient permission"""),
    ("syntaxerror", r"""
        syntax error|command (?:parameter )?(?:not implemented|unrecogni[sz]ed)|
            unrecogni[sz]ed command|bad sequence"""),
)  # fmt: skip

WIDE: tuple[tuple[str, str], ...] = (
    ("userunknown", r"""
        recipient (?:address )?rejected|rejected recipient|rejected address
        does not like recipient
        address rejected|invalid address
        check if address is correct"""),
    ("rejected", r"access denied|rejected|refused|denied|not allowed"),
    ("blocked", r"temporarily deferred|try again later"),
    ("expired", r"\d+ (?:days|hours|tage)|time-?out|timed out|delayed"),
    ("networkerror", r"name service error|dns|network|name server"),
    ("systemerror", r"try again later|internal"),
)  # fmt: skip
