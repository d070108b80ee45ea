"""What automatic answers say and people do not, in four languages, and the other way round: tables.

Each sign is worth so many points; `replies` adds them up. The words are typical of notes that
public offices in Switzerland write, and of what mail programs propose.
"""

import re

from service.delivery.refusal.patterns import any_of

Sign = tuple[int, re.Pattern[str]]

SUBJECT: tuple[Sign, ...] = (
    # A mail program's own mark at the start; nobody writes so.
    (4, any_of(r"""
        ^\W*auto(?:m(?:at\w*)?)?\W{0,3}(?:e?-?mail)?\W{0,3}(?:reply|response|(?:r[uü]ck)?antwort|
            r[eé]ponse|risposta|answer|abwesen\w*|generiert\w*)
        ^\W*auto(?:matisch|matique|matic|matico|m\.)?\s?:
        ^\W*(?:risposta|r[eé]ponse|message|messaggio|mail|ceci est une? \w+) automati
        ^\W*(?:out[- ]of[- ](?:the[- ])?office|ooo\b|vacation (?:reply|notice|message))
        ^\W*(?:abwesenheits[\w-]+|ferienabwesenheit|kurzabwesenheit|(?:message|
            r[eé]ponse) d'absence)
        ^\W*(?:(?:read|return) receipt|lesebest[aä]tigung \(|gelesen:|read:|lu\s?:|letto:|
            accus[eé] de lecture|conferma di lettura)
        ^\W*(?:eingangs|empfangs|lese)best[aä]tigung(?!\?)|^\W*accus[eé] de r[eé]ception
        ^\W*(?:conferma|confirmation) (?:di|de) (?:ricezione|r[eé]ception)
        ^\W*automati\w+ \w+|^\W*[\w ]+ automatic[ao]\b|^\W*oof\b|^\W*bien re[cç]u$
        ^\W*(?:fuori (?:sede|ufficio)|hors (?:du )?bureau|not in the office|nicht im b[uü]ro)
        ^\W*(?:abwesend|absente?|assente|away)(?: (?:bis|jusqu|fino|until|vom|du|dal)\b.*)?\W*$
        ^\W*\[?ticket ?(?:#|id|nr|no)
        ^\W*(?:absenderpr[uü]fung|v[eé]rification de l'exp|verifica (?:del )?mittente|
            (?:please )?(?:verify|confirm) your (?:e-?mail|message|address))
    """)),
    (3, any_of(r"""
        ^\W*(?:abwesen(?:d|heit)|absen(?:ce|t)|assen(?:za|te))\b(?! (?:de|di|der|des|von|of|am|an|
            bei|beim|au|[aà]|lors|all'\w+|alla|at|from) )
        ^\W*(?:fuori (?:sede|ufficio)|hors (?:du )?bureau|away\b|not in the office|in ferie)
        ^\W*(?:nicht (?:im (?:b[uü]ro|haus)|am arbeitsplatz)|in den ferien|en (?:cong[eé]|vacances))
        (?:meine|unsere) abwesenheit|maternity leave|parental leave|annual leave
        ^\W*(?:\w*urlaub|milit[aä]rdienst|zivil(?:dienst|schutz)|krankheit|weiterbildung|teilzeit|
            cong[eé]s?(?: \w+)?|service militaire|maladie|formation|temps partiel|retraite|
            maternit\w+|
            congedo(?: \w+)?|malattia|formazione|tempo parziale|sick leave|part[- ]time)\W*$
        request received|(?:we received your|ihre e-?mail ist|ihre nachricht ist|votre message est)|
            (?:ticket|case|anfrage) \W{0,2}#?\d{3,}|(?:your|ihre?) (?:ticket|case)
        ^\W*(?:ich bin|i am|je suis|sono) (?:\w+ ){0,2}(?:away|abwesend|absent|assente|
            in den ferien)
        je ne travaille plus|i no longer work|ich arbeite nicht mehr
    """)),
    (2, any_of(r"""
        ^\W*(?:ferien(?:meldung)?|holidays?|vacances|vacanze|austritt)\s*(?:$|:)
        (?:geschlossen|closed|ferm[eé]|chius[oi])\W*$
        (?:mail-?)?adresse (?:ist )?nicht mehr (?:aktiv|g[uü]ltig)
        ^\W*(?:best[aä]tigung ihrer|ihre nachricht an|your message to|thank you for contacting)
        \babwesenheit\b(?! (?:am|an|bei|beim|der|des|von)\b).{0,40}$
    """)),
    (1, any_of(r"^\W*neue (?:e-?)?mail-?adresse|^\W*ihre anfrage")),
    (-3, any_of(r"\?\s*$|^\W*(?:frage|question|domanda)\b")),
)  # fmt: skip

# People speak of the matter, of what they did, and of what they will do together.
MATTER = any_of(r"""
    \b(?:anbei|beiliegend|im anhang|attached|ci-joint|in allegato|l'allegato)\b
    \b(?:beitrag|artikel|umfrage|traktand\w*|protokoll|sitzung|stellungnahme|merkblatt|
        newsletter|rundbrief|seite \d|frist|verteiler|vorstand|teilnahme|teilnehmen|anmeld\w*|
        kurs\b|punkt \d)
    \b(?:article|survey|meeting|issue|newsletter|brochures?|page \d|board|register|deadline|
        agenda)\b
    \b(?:s[eé]ance|r[eé]union|sondage|participer\w*|tableau|proposition|cours du|documents)\b
    \b(?:info-?lettre|bulletin d|bollettino|brosch[uü]re)\b
    \b(?:articolo|seduta|riunione|incontro|partecip\w+|iscrizione|lista|circolare)\b
    (?:war|was|were|ero|[eé]tais) (?:\w+ ){0,3}(?:abwesend|krank|out of|away|absent|assente|
        in den ferien)
    erst (?:jetzt|heute)|only saw|solo oggi|seulement aujourd
    (?:freue|freuen) (?:mich|uns)|besprechen wir|leite (?:es|ich|das)|meine nachfolger|
        nehme ich teil
    complimenti|weiter so|great work|gut gemacht|utile|useful|n[uü]tzlich|hilfreich|interess\w*|
        int[eé]r[eê]t
    let us meet|call you|werde sie anrufen|bonne continuation
""")  # fmt: skip

# Of several shades of one sign, the first that is found counts.
BODY: tuple[tuple[Sign, ...], ...] = (
    # It says itself what it is.
    ((4, any_of(r"""
        (?:this|dies|ceci|questo|questa|es) (?:is|ist|est|[eè]|handelt sich um) (?:an?|eine?|une?|
            un) (?:\w+ )?auto(?:mat|-?(?:reply|response))
        automat\w+ (?:\w+ )?(?:generier|erstellt|versandt|g[eé]n[eé]r|generat)
        (?:diese|cette|questa|this) (?:nachricht|antwort|mail|e-mail|message)\b.{0,20}automat
        (?:message|r[eé]ponse|messaggio|risposta|nachricht|antwort) automati(?:que|co|ca)\b
        (?:g[eé]n[eé]r|envoy)\w+ automatiquement|unattended mailbox|merci de ne pas r[eé]pondre|
            si prega di non rispondere
        (?:bitte )?antworten sie (?:bitte )?nicht auf diese|(?:do not|don't) reply to this
        (?:message|e-?mail|nachricht|messaggio) (?:was|wurde|a [eé]t[eé]|[eè] stat[oa])
            (?: am .{0,20})? (?:gelesen|read on|lue? le|lett[oa] il)|wurde am .{0,40}gelesen\b
        (?:your|votre|il (?:suo|vostro)|ihre) (?:message|messaggio|
            nachricht)\b.{0,60}(?:was read on|a [eé]t[eé] lue? le|[eè] stato letto|
            wurde am .{0,25} gelesen)
    """)),),
    # What becomes of the mail: people do not speak of their own mailbox like that.
    ((3, any_of(r"""
        (?:mails?|nachricht(?:en)?|meldungen|mailbox|postfach|mailadresse)\b.{0,60}(?:nicht|weder|
            keine?)
            .{0,30}(?:weiter ?geleitet|gelesen|bearbeitet|bewirtschaftet|beantwortet|[uü]berwacht)
        (?:keine|nicht) .{0,30}(?:zugriff|zugang) .{0,30}(?:mails?|postfach)|
            beschr[aä]nkt\w* zugriff
        (?:mails?|nachricht(?:en)?)\b.{0,40}(?:lese|bearbeite|beantworte|werde)n? (?:ich|
            wir)?.{0,40}(?:erst|nur|sporadisch|nach (?:meiner|dem|der)|\bam \d)
        (?:lese|bearbeite|beantworte)\w* .{0,40}(?:mails?|nachricht(?:en)?)\b.{0,40}(?:erst|
            sporadisch|ab\b)
        (?:erst|nach (?:dem|der|meiner|unserer)|danach|ab)\b.{0,50}(?:bearbeite|beantworte|lese)
        (?:messages?|courriels?|mails?)\b.{0,30}(?:n'est|ne s(?:era|eront)|n'est)\b.{0,20}(?:pas|
            lu)\b
            .{0,20}(?:transmis|lus?|trait[eé]s?|que)
        (?:traiterons|r[eé]pondrai|r[eé]pondrons|lirai)\b.{0,40}(?:mon retour|d[eè]s|lundi|
            r[eé]ouverture|le \d)
        (?:acc[eè]s limit[eé]|pas acc[eè]s|accesso limitato|limited access|no access|cannot read)
        (?:messagg\w+|posta|e-?mail)\b.{0,20}non (?:viene|verr[aà]|vengono|verranno|sar[aà])
            .{0,12}(?:lett|inoltrat)|legger[oò]\b.{0,30}(?:solo|rientro)|al (?:mio )?rientro
        (?:risponder\w+)\b.{0,40}(?:rientro|riapertura|ritorno|pi[uù] presto)
        (?:mail|e-?mails?|messages?|mailbox|inbox)\b.{0,30}(?:will not be|is not|not be|
            won't be) (?:forwarded|read|monitored|checked)
        (?:respond|reply|answer)\w*\b.{0,30}(?:when i return|upon my return|on my return|
            when i am back)
    """)), (2, any_of(r"""
        (?:mails?|nachricht(?:en)?|antworten|messages?|courriels?|messagerie|messagg\w+|posta|
            postfach|mailbox)\b.{0,60}
            (?:abgerufen|weiter ?geleitet|gelesen|beantwort|bearbeit|verz[oö]ger|consult|\blus?\b|
            transmis|trait[eé]|lett[ei]|inoltr|evas|not read|forwarded|monitored|unattended)
        (?:lese|consulte|legg\w+|read|check)\b.{0,20}(?:keine|pas|non|not|no|ma|la|
            my)\b.{0,12}(?:mails?|messagerie|posta|inbox)
        beantwort\w* .{0,30}\b(?:ab|am|erst|nach|n[aä]chste\w*)\b|die bearbeitung kann|
            unregelm[aä]ssig
        (?:anfrage|e?-?mail|nachricht)\b.{0,12}(?:beantwort|bearbeit)|message sera trait|
            intermittent access|no longer monitored
        unattended mailbox|slow to respond|(?:respond|reply|antworte\w*|melde) .{0,40}(?:return|
            r[uü]ckkehr|zur[uü]ck)
    """))),
    # Somebody is not there now: I, we, or the office.
    ((3, any_of(r"""
        (?:ich|wir)\b.{0,70}(?:abwesend|nicht (?:im (?:b[uü]ro|haus|dienst)|erreichbar|anwesend|
            am arbeitsplatz)|in den ferien|im urlaub|ferienhalber|ausser haus|(?:mutterschaft|
            vaterschaft|eltern)s?\w*urlaub|beurlaubt|auf dienstreise|milit[aä]rdienst|
            nur telefonisch|weiterbildung|freie tage|krankheitshalber)
        (?:^|[.!] )bin (?:zurzeit |heute |bis |ab |vom |am |auf |unterwegs)
        \bi bi i de ferie|(?:geniesse|weile) ich\b|ich (?:geniesse|weile)|ich arbeite (?:jeweils|
            nur|\d+ ?%|am\b|\w+tag)|meine arbeitstage|je travaille les
        am \w+tag arbeite ich nicht
        (?:i am|i'm|we are|i will be|i'll be) (?:\w+ ){0,2}(?:away|out of (?:the )?office|
            on (?:\w+ )?(?:vacation|leave|holiday|business)|not in the office|unavailable|
            travelling)
        i work part-?time|public holiday
        (?:je (?:suis|serai|ne serai)|absente?s?\b|actuellement) .{0,40}(?:absent|en (?:cong[eé]|
            vacances|d[eé]placement|formation)|hors|de retour|joignable|jusqu|pour cause|du \d)
        (?:mon absence|en d[eé]placement cette)|je travaille (?:du|[aà] temps partiel)
        (?:sono|sar[oò]|siamo|rientro|rientrer[oò]|al momento)\b.{0,40}(?:assent|fuori|in (?:ferie|
            vacanza|congedo)|ritorno|rientr|luned|marted|gioved|venerd|mercoled|il \d)
        non sono in (?:ufficio|sede)
    """)), (3, any_of(r"""
        (?:b[uü]ros?|verwaltung|sekretariat|schalter|sozial(?:dienst|amt|\w*)|
            amt)\b.{0,90}\b(?:bleib\w*
            .{0,60}geschlossen|(?:ist|sind) .{0,70}geschlossen)
        (?:bleib\w*|sind|ist) (?:unser\w*|die|das|der|am) .{0,70}geschlossen
        (?:our|the) offices?\b.{0,40}\bclosed|(?:nos|notre|le|les) bureaux?\b.{0,20}ferm[eé]
        (?:nostri uffici|l'ufficio|uffici)\b.{0,20}chius
    """)), (2, any_of(r"""
        (?:ich|wir|i|we|je|nous|mi|sono|siamo|in)\b.{0,60}(?:ferien|urlaub|kur\b|milit[aä]r|krank|
            pensum|teilzeit|cong[eé]|vacances|maladie|f[eê]tes|formation|conf[eé]rence|schulung|
            tagung|seminar|vacanza|ferie|congedo|malattia|vacation|leave\b|holiday|\boff\b|
            travelling|part-time|sick)
        (?:nicht|not|pas|non) (?:\w+ )?(?:im b[uü]ro|am platz|in the office|au bureau|in ufficio|
            erreichbar|disponib|joignable)
        \boff (?:until|today)|betriebsferien|arr[eê]t maladie|hors service|service est ferm|
            fuori sede|reduziert\w* pensum
        (?:guichet|schalter|b[uü]ro|bureau|service|gesch[aä]ftsstelle) .{0,30}(?:ferm|geschlossen)|
            ne travaille pas le
        festivit[aà]|resteranno chiusi|feiertage|in (?:meiner|mia|my) (?:abwesenheit|assenza|
            absence)
        (?:en|durant|pendant) mon absence|bin ich (?:\w+ ){0,2}(?:nicht|erst|ab|am)
    """))),
    # The address or the person behind it has gone.
    ((3, any_of(r"""
        (?:adresse|mailbox|e-?mail-?adresse|address|indirizzo)\b.{0,50}(?:nicht mehr (?:g[uü]ltig|
            in betrieb|aktiv|gelesen)|no longer (?:in use|valid|active)|n'est plus (?:utilis|
            en service|valable)|wird
            .{0,30} gel[oö]scht|non [eè] pi[uù])
        \bi (?:no longer work|have left)|je ne travaille plus|j'ai quitt[eé]|non lavoro pi[uù]
        ich (?:arbeite nicht mehr|habe .{0,40} verlassen)
    """)), (2, any_of(r"""
        (?:nicht mehr|plus|pi[uù]|no longer)\b.{0,20}(?:betreut|verwendet|g[uü]ltig|aktiv|genutzt|
            utilis|en service|activit|attiv|utilizzat|in use|valid|handle|t[aä]tig|besetzt|lue)
        ich bin pensioniert|neue stelle|different position|n'exerce plus|moved to a (?:new|
            different)
    """))),
    # A receipt.
    ((3, any_of(r"""
        (?:e-?mail|nachricht|anfrage|meldung|mitteilung)\b.{0,40}(?:ist (?:bei uns )?eingegangen|
            wurde empfangen|(?:bei uns )?eingetroffen)
        ihre (?:e-?mail|nachricht|anfrage) (?:haben wir |wurde )?erhalten|
            best[aä]tigen .{0,20}(?:empfang|eingang)
        (?:we have|has been) received|acknowledge (?:the )?receipt|we have received your
        (?:votre (?:message|courriel|demande|mail)) .{0,20}(?:bien (?:parvenu|re[cç]u)|
            a [eé]t[eé] enregistr)
        nous avons bien re[cç]u (?:votre|ton) (?:message|courriel|demande|mail)
        abbiamo ricevuto (?:la sua|il suo|la vostra|il vostro)|[eè] stato ricevuto
        (?:unter der|sous le|con il|case|ticket|request)\W{0,3}(?:nummer|num[eé]ro|number|
            ticketnummer)\W{0,3}(?:is )?\d{3,}
    """)), (2, any_of(r"""
        accusons r[eé]ception|(?:[eè] stata|[eè] stato) ricevut|been logged|wird bearbeitet|
            k[uü]mmern uns
        (?:nummer|reference|num[eé]ro|numero|ticket)\b.{0,6}\d{3,}|konnte .{0,20}entgegengenommen
        (?:antworten|melden uns|reply|respond|r[eé]pond\w+|risponder\w+)\b.{0,40}(?:innert|
            in der regel|within|so bald|so rasch|meilleurs d[eé]lais|as soon as|pi[uù] presto|
            werktag|arbeitstag)
        y donnerons suite|sar[aà] evas|entered .{0,20}queue
    """))),
    # The rest of such a note: thanks for the mail, a deputy, the day of return.
    ((1, any_of(r"""
        (?:dank|danke|thanks|thank you|merci|grazie) (?:f[uü]r|for|pour|per) (?:ihr\w*|your|votre|
            il suo|la sua)\s(?:nachricht|e?-?mail|mitteilung|message|messaggio|kontaktaufnahme|
            anfrage|courriel)
        (?:thanks|thank you|merci|grazie|dank)\b.{0,20}(?:getting in touch|contacting|reaching|
            nous contacter|contattat)
    """)),),
    ((2, any_of(r"""
        (?:in|bei) (?:dringenden|notf[aä]llen)|in notf[aä]llen|
            (?:stell)?vertretung\b.{0,25}(?:[uü]bernimmt|ist|hat|:)
        wenden sie sich\b.{0,30}\ban|stellvertreter(?:in)?, (?:frau|herr)|richten sie (?:ihre|bitte)
        bitte (?:verwenden|benutzen) sie (?:neu|k[uü]nftig)
        (?:in case of|for) (?:an )?(?:emergenc|urgent|anything urgent)|please contact|
            direct your (?:enquir|inquir)
        (?:kontaktieren|erreichen) sie\b|dringende[nr]? (?:frage|anliegen|f[aä]lle)|if (?:it is|
            it's) urgent|reach out to
        (?:adressez|contactez|[eé]crivez)\b|rempla[cç]ant|pour les urgences|
            en cas de n[eé]cessit[eé]|scrivere a\b
        rivolger|messages peuvent [eê]tre adress|an mein(?:e|en) (?:nachfolg|stellvertret|kolleg)|
            kollegin? .{0,50}hilft
        meine (?:aufgaben|vertretung|stellvertretung)|covering for me|in the meantime|toute urgence|
            and contact|(?:schreiben|melden) sie (?:sich )?(?:bitte )?(?:an|bei)\b|
            bitte (?:schreiben|melden) sie
        kindly write to|instead\.
        en cas d'urgence(?!.{0,40}\?)|question urgente|(?:veuillez|merci de) (?:contacter|
            (?:vous )?[eé]crire|vous adresser|utiliser)
        (?:per|in caso di) (?:questioni )?urgen|rivolgersi|prego di contattare|vogliate scrivere
    """)),),
    ((2, any_of(r"""
        (?:r[uü]ckkehr|zur[uü]ck|wieder|kehre|retour|reviendr\w+|return|back|until|bis|jusqu|
            fino al?|rientr\w+|torno|ab)\b.{0,40}(?:\d|\w{2,6}tag\b|mittwoch|morgen|n[aä]chste|
            januar|februar|m[aä]rz|april|\bmai\b|juni|juli|august|september|oktober|november|
            dezember|lundi|mardi|mercredi|jeudi|vendredi|janvier|f[eé]vrier|juin|juillet|ao[uû]t|
            d[eé]cembre|\w+day\b|tomorrow|next week|january|february|march|june|july|october|
            december|luned|marted|mercoled|gioved|venerd|settembre|ottobre|gennaio|luglio|giugno)
        \b(?:ab|bis|vom|du|from|until|dal|al) (?:dem |zum |the )?\d
        wieder (?:erreichbar|da\b|im b[uü]ro|f[uü]r sie|anwesend)|gerne wieder|nuovamente
        r[eé]ouverture|riapertura|reopen|sind wir wieder|[aà] demain|in serata
        (?:working days|arbeitstag|giorni lavorativi|jours ouvrables|einige tage|
            d[eè]s que possible)
        meilleurs d[eé]lais|so rasch|so bald|sobald|as soon as|prochainement
    """)),),
    # People ask, and want something done.
    ((-5, re.compile(r"\?(?=\s|$)")),),
    ((-5, any_of(r"""
        bitte (?:\w+ ){0,4}(?:streich|nehm(?!en sie .{0,40}kontakt)|send|schick|pass|trag|abmeld|
            aufnehm|[aä]nder|anpass|
            l[oö]sch|veröffentlich|pr[aä]zisier|bitte|teil|ruf|mach|korrig|korrigier|probier)
        bitte um (?:ein|eine|kurze|best|r[uü]ck|erg)|(?:bitte|k[oö]nnten?|d[uü]rf\w+|
            k[oö]nnt) (?:sie|ihr|ich|wir|uns|mich|den|die)\b
            .{0,80}(?:verteiler|liste|newsletter|rundbrief)
        (?:aus|in) (?:der|die|dem|den|unserer|ihrem|ihrer) (?:\w+)?(?:verteiler|liste)\b|
            aus dem verteiler
        bitte .{0,50}\ban (?:mich|uns)\b|alles an mich|tutto a me\b|instead of\b
        wir bitten um|(?:delete|use the|please use the)\b.{0,20}(?:address|attached)|d[eé]sinscrire|
            non ricevere|abbestellen|l[oö]schen sie
        (?:remove|take|add) (?:me|her|him|us|my|them)\b|take .{0,20} off the list|off the list
        (?:enlever|retirer|m'inscrire|envoyer|ajouter|publier)\b.{0,50}(?:liste|adresse|collègue|
            bulletin|cours)
        (?:togli\w+|aggiunger\w*|iscriver\w*|aggiornare)\b|publiez|publier que
    """)),),
    ((-3, MATTER),),
)  # fmt: skip
