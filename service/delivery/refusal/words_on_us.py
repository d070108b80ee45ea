"""What mail servers say of us, of our mails and of the way to them, by the reason that it tells.

Each line is a piece of a regular expression on text in small letters with single blanks; `WIDE` is
asked, from the top, only when neither the narrow words nor a status code say anything.
"""

WORDS: dict[str, str] = {
    "authfailure": r"""
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
        you(?:r message)? (?:is|are) not authenticated by .{0,20}dkim
        \b(?:spf|dkim)\b.{0,40}(?:fail|invalid|mismatch|missing|require|not (?:pass|valid|match|
            aligned))
        (?:does not|doesn't) designate
        sender policy framework
        (?:nicht|non|pas) (?:\S+ )?(?:authentifizier|authentifi|autenticat)
    """,
    "networkerror": r"""
        too many hops|hop ?count|maximum hop
        mail (?:forwarding )?loop|routing loop|loops? back to|mail is looping
        dns error: \d+ dns type
        malformed or unexpected name server reply
        cname lookup failed
        this message is looping
        (?:forwarding|mail|delivery|redirection|routing|possible) loop|loop detected
        too many received|schleife|best-preference mx
        unable to resolve route|mx loopback
        no valid route to|address family mismatch|all routes to destination blocked|
            failure in mx lookup
        host not found, try again
        host lookup did not complete|remote host address is the local host
        connection limit reached for all hosts|some host address lookups failed
        host address lookups\b.{0,90}?\bfailed temporarily
        lookup of host \S+ failed in|could not retrieve source address|bad dns lookup error code
    """,
    "requireptr": r"""
        \bptr\b
        reverse[ -]dns|\brdns\b
        (?:cannot|can't|unable to|could not) (?:find|resolve) (?:your|the) (?:reverse|host ?name|ip)
        client host rejected: cannot find your
        mismatch(?:es)? client ip
        has no (?:reverse|fqdn)
        ip (?:address )?(?:does not|doesn't) resolve|ip lookup failed
        no ptr|pointer record
        (?:fix|get|set|check|have|without|missing|valid|custom) (?:\w+ )?reverse
        cannot (?:find your hostname|resolve your address)
        forward dns .{0,30}not match
    """,
    "notcompliantrfc": r"""
        not (?:rfc ?-?\d* ?)compliant|rfc ?\d{3,4} compliant
        multiple (?:addresses (?:\S+ )?in from|(?:subject|from|to|date) headers?)
        duplicate header
        (?:missing|invalid|no) (?:message-id|date|from) header
        bare (?:lf|cr|linefeed)|stray newline
    """,
    "virusdetected": r"""
        virus|malware|trojan|infected|ransomware|schadsoftware|sch[aä]dlich|malveillant|dannoso
        executable (?:files?|attachment)
        attachment (?:type )?.{0,20}(?:not allowed|blocked|forbidden)
        banned (?:file|attachment|name)
        malicious (?:content|code|software|file)
        (?:unzul[aä]ssige|unerlaubte|verbotene|gesperrte|gef[aä]hrliche|nicht (?:erlaubte|
            zugelassene|zul[aä]ssige|gestattete))\w? (?:\S+ ){0,2}?(?:\w+-?)?(?:anhang|anh[aä]nge|
            datei|dateityp)
        (?:anhang|anh[aä]nge|dateien|dateityp|dateiformat|dateiendung)\w*\b.{0,80}?
            (?:nicht (?:\w+ )?(?:erlaubt|zugelassen|zul[aä]ssig|gestattet)|unzul[aä]ssig|verboten|
            gesperrt|blockiert)
        (?:pi[eè]ces? jointes?|allegat[oi])\b.{0,60}(?:interdit|refus|bloqu|vietat|bloccat|
            (?:non|pas) (?:\S+ )?(?:autoris|admis|consentit|ammess))
    """,
    "spamdetected": r"""
        (?:as|be|is|of|like|detected|suspected|considered|identified|classif\w+|was|possible|likely|
            als|due to) (?:a |to be |an )?(?:spam|junk|unsolicited|bulk mail)\b
        \bspam (?:content|message|detected|filter|score|probab|policy|assassin|classification|check)
        (?:reject|block|refus|denied|discard)\w*.{0,60}\b(?:spam|unsolicited|junk)\b
        \bspam\b.{0,30}(?:reject|block|refus|denied|detect|not accepted|score|discard)
        scored \d|scored as spam|high (?:spam )?score|detected as spam
        mail rejete|ofr_?506|lpn_?506
        content filter .{0,20}reject
        appears? to be unsolicited|looks? like spam
        (?:mail|message) content denied
        spam-?(?:like|my)|\bspam(?:my)? (?:url|link)|anti-?spam|spamassassin|rspamd|cloudmark
        bulk e-?mail|als werbung|\b(?:uribl|surbl)\b|black-?listed (?:url|link)|phishing
        unsolicited (?:bulk|commercial|e?-?mail|message)|\b(?:uce|ube)\b
        suspicious (?:content|message|mail)
        (?:als|comme|come) (?:\S+ )?(?:spam|pourriel|ind[eé]sirable|posta indesiderata)
    """,
    "badreputation": r"""
        (?:low|poor|bad) reputation|reputation of the sending|ip reputation|reputation score
        tss0[49]|unexpected volume|user complaints
    """,
    "speeding": r"""
        receiving (?:mail|messages|e-?mails?) (?:at a rate|too)
        sending .{0,20}too (?:fast|quickly)
        \brate limit
        mail (?:rate|volume) .{0,20}(?:exceed|limit)
        (?:daily|hourly) (?:message |sending |relay )?(?:limit|quota)
        too (?:many|much) (?:e?mails?|messages) (?:from|sent|per|received|within)
        (?:slow(?:er)? down|try again slower|throttl)
        (?:sending|message|recipient|submission|hourly|daily|per day) (?:rate|limit|
            quota)s? .{0,20}(?:exceed|reach)
        exceed\w* .{0,40}(?:per (?:hour|day|minute)|sending (?:limit|quota)|rate limit)
        rate[- ]limited
    """,
    "toomanyconn": r"""
        too many (?:concurrent |simultaneous |open )?(?:smtp )?(?:connections?|sessions?|
            invalid rcpt)
        frequency limited|connection (?:limit|rate) (?:exceed|reach)
        simultaneous connections
        sender rejected.{0,40}spectrum\.net
        maximum (?:number of )?connections?|connections? limit|trop de connexions|
            zu viele verbindungen
        too many (?:errors|unauthenticated|recipients)
    """,
    "norelaying": r"""
        relay(?:ing)?(?: access)? (?:denied|not (?:allowed|permitted)|prohibited|forbidden|rejected)
        unable to relay|(?:not|don't|cannot|won't|refuse to) (?:allowed to |permitted to )?relay\b|
            no relaying
        isn't in my list|not in my (?:control/)?rcpthosts|isn't in my control/locals
        (?:not|isn't|is not) (?:a |an )?(?:open |local )?(?:relay|gateway)\b
        (?:that|this|your) domain isn't (?:in my list|allowed to be relayed)|rcpthosts
        specified domain is not allowed|relay not permitted
        (?:weiterleitung|relay\w*) .{0,20}(?:nicht erlaubt|nicht gestattet|verweigert)
    """,
    "rejected": r"""
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
        (?<!recipient address rejected: )access denied(?!.{0,20}(?:\bip\b|recipient|banned))
        (?:mail ?from|from:|sender|envelope from)\b.{0,60}(?:domain|host)\b.{0,30}(?:not exist|
            not found|invalid|unknown|not resolve|no mx)
        (?:domain|address|host) of (?:the )?sender|your (?:domain|e-?mail address|address|
            sender)\b.{0,40}(?:reject|invalid|black|not exist|denied|block)
        null sender|empty (?:envelope )?sender|<> (?:invalid )?sender|\bbatv\b
        (?:emetteur|exp[eé]diteur|mittente|absender\w*)\b.{0,40}(?:invalid|inconnu|refus|rifiut|
            sconosciut|abgelehnt|ung[uü]ltig|unbekannt|nicht (?:berechtigt|erlaubt|zugelassen))
        nicht berechtigt|non autoris[eé]|non autorizzat
        (?:not|n't) (?:have permission|allowed|permitted|authori[sz]ed) to (?:send|post|mail|submit)
        by non-?members?|cannot post|moderated (?:group|list)
        delivery not authori[sz]ed
        sender was rejected
    """,
    "blocked": r"""
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
        \bip=\d|part of their network is on our block
        ofr_?(?:999|10\d)|temporarily deferred
        cannot send e-?mail to yourself
        (?:refused|rejected|blocked|denied)[ -]+see http
        (?:ip|host|network|server)\b.{0,30}(?:is |has been |was )?(?:temporar\w+ )?(?:black-?listed|
            blocked|banned)
        (?:bad|extreme|sending|sender) .{0,10}\bip\b|open proxy|zombie|go away
        no access from mail server|server access (?:forbidden|denied)|
            not currently accepting mail from your
        connection (?:was |has been )?(?:refused by policy|dropped|terminated)
        too many (?:spams?|unwanted messages)
        (?:not|n't) (?:allowed|permitted|authori[sz]ed) to connect
        service not available,? closing|closing transmission channel
        permanently deferred|connection denied|\baup#|\bcx(?:thrt|mxrt|bl|dns|sndr|smtp)\b
        \((?:rly|hvu|dyn|rtr|con|snd|iph|ovl|ebl|tcp)[:_]\w\w\)
    """,
    "policyviolation": r"""
        (?:local|security|site|mail|message|content|policy) polic(?:y|ies)|policy (?:violation|
            reasons?|restrict|reject)|denied by policy|policy
        header error
        not accepted for
        richtlinie|r[eè]gle de s[eé]curit[eé]|strat[eé]gie de messagerie|criteri? di sicurezza
        prohibited by|because of (?:the|a) rule|stopped by the|violat(?:e|es|ion)
        rule imposed|administrative prohibition
        organi[sz]ation(?:al|'s)? (?:polic|settings|rule)|transport\.rules
        (?:delivery|message|mail) (?:not accepted|refused|denied)(?! by)
        unzul[aä]ssig|nicht zugelassen
    """,
    "securityerror": r"""
        (?:smtp )?authentication (?:is )?(?:required|fail|credential)|turn on smtp authentication
        unauthenticated senders? not|not authenticated|must (?:use smtp auth|issue a starttls)
        authentication (?:turned|mechanism)|does not advertise auth
        verification failure|encryption (?:needed|required)
        authentication (?:failure|failed|required|unsuccessful)|authrequired|notauthorized
        tls (?:is )?required|requires? (?:tls|encryption|authentication)|starttls
    """,
    "contenterror": r"""
        (?:message )?content (?:was )?(?:reject|not (?:allowed|accept)|blocked)|media error
        (?:bad|malformed|invalid|illegal|unsupported) (?:mime|header|encoding|charset|
            message header)
        headers? too large|too many (?:mime|attachments|links)|improper use of 8-bit
    """,
    "mailererror": r"""
        unknown mailer error|mailer error|x-unix
        \bunable[ _]to[ _](?:run|fork|switch[ _]to|find[ _](?:uid/gid|alias[ _]user)|
            set[ _]proper[ _]uid)(?![a-z])
        \bqmail-\w+ (?:crashed|produced no output)
        command (?:failed|died|output|line usage)|exited with|exit status
        read response template|generated the following output
        child process of|returned \d+ \(could
    """,
    "expired": r"""
        (?:delivery|envelope|retry|queue|connection|connect|operation|session|conversation|
            delivery time|read|nachricht)\b.{0,30}?(?:expired|timed? ?-?out|abgelaufen)
        zeit[uü]berschreitung|weiterhin versucht|d[eé]lai d'attente|tempo scaduto
        delivery temporarily suspended$
        too long in the queue|retry timeout|been in (?:the )?queue
        could ?n[o']t (?:be delivered|deliver) (?:for|within|after|in) |for the last \d+ seconds|
            undelivered after
        (?:giving up|gave up|failed) (?:after )?\d+ (?:attempts|tries)|giving up after
        connection refused|(?:couldn't|could not|unable to|cannot|failed to) (?:connect|contact)
        no route to host|network is unreachable|connection (?:reset|lost|died|closed)
        (?:wasn't|was not) able to establish an smtp|did not accept our requests? to connect|
            socket error
        host not reachable|temporarily unable to deliver|still being retried|will keep trying
        (?:not|n't|never|no longer) (?:respond|answer|reachable)|did not respond|
            not responding
        (?:delivery|message|mail|it).{0,40}(?:for more than|longer than) \d+
        (?:time limit|lifetime|retention time|queue (?:life)?time)
        (?:zeitlimit|frist|zustellversuch\w*).{0,30}(?:[uü]berschritten|abgelaufen|erfolglos)
        d[eé]lai .{0,20}(?:d[eé]pass|expir)|tempo .{0,20}(?:scaduto|limite)
        keine (?:verbindung|antwort)|nicht erreichbar
        unable to (?:reach|contact|connect)|host (?:is )?(?:unreachable|down)
        (?:failing|tried) for a long time|within \d+ (?:days|hours)
    """,
    "systemerror": r"""
        (?:system|internal|configuration|queue file|i/o|server) .{0,16}(?:error|fail)|
            service (?:currently |temporarily )?(?:unavailable|not available)|service currently
        temporary (?:local |system )?(?:failure|problem|error)|cname lookup failed temporarily
        service refused?\b|out of memory|crashed|lowest numbered mx|misconfigur|
            insufficient permission
        (?:local|processing|database|disk|write|protocol) error|encountered an error
        transaction failed|cannot (?:open|create|write|append|update|store)\b
        unexpected (?:error|failure|exception)|communication (?:problem|failure)
        temporarily (?:unavailable|deferred)|st[oö]rung|fehler im system|technischer fehler
        erreur (?:interne|syst[eè]me)|errore (?:interno|di sistema)
        can't create (?:user )?output|data format error
    """,
    "syntaxerror": r"""
        malformed address|incorrectly constructed
        syntax error|command (?:parameter )?(?:not implemented|unrecogni[sz]ed)|
            unrecogni[sz]ed command|bad sequence
    """,
}  # fmt: skip

WIDE: tuple[tuple[str, str], ...] = (
    ("userunknown", r"""
        recipient (?:address )?rejected|rejected recipient|rejected address
        does not like recipient
        address rejected|invalid address
        check if address is correct
    """),
    ("rejected", r"""
        access denied|rejected|refused|denied|not allowed|forbidden
        abgelehnt|verweigert|verboten|refus[eé]e?\b|rejet[eé]e?\b|interdit|rifiutat|respint|vietat
    """),
    ("blocked", r"""
        temporarily deferred|try again later
    """),
    ("expired", r"""
        \d+ (?:days|hours|tage)|time-?out|timed out|delayed|\bexpired\b
    """),
    ("networkerror", r"""
        name service error|dns|network|name server
    """),
    ("systemerror", r"""
        try again later|internal
    """),
)  # fmt: skip
