"""What notes speak of, in the languages of the country and a few others: tables of stems.

A notion is a thing, a state or an act; `absence` knows what they mean together. Stems, no phrases:
whoever words a note differently still needs these.
"""

import re

from service.delivery.refusal.patterns import any_of

MONTH = (
    r"(?:jan|feb|m[aä]rz|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|dez|dec|f[eé]v|avr|juin|juil|"
    r"ao[uû]t|d[eé]c|genn|magg|giu|lug|ago|sett|ott|dic)\w*"
)
DATE = (
    rf"(?:\d{{1,2}}\s?[./]\s?\d{{1,2}}|\b\d{{1,2}}\.?(?:er|st|nd|rd|th)?\s+(?:de\s+|of\s+)?{MONTH}"
    rf"|\b{MONTH}\b|\b(?:the|am|dem|le|il|bis|zum|al|dal|dem|du|au) \d{{1,2}}(?:\b|st|nd|rd|th)"
    r"|(?:mon|diens|donners|frei|sams|sonn)tags?\b|\bmittwochs?"
    r"|\b(?:mon|tues|wednes|thurs|fri)days?"
    r"|\blundis?|\bmardis?|\bmercredis?|\bjeudis?|\bvendredis?|\bluned|\bmarted|\bmercoled|\bgioved"
    r"|\bvenerd|\bmorgen\b|\bheute\b|\babend\b|\btoday|\btomorrow|\bdemain|\bdomani|\boggi|\bserata"
    r"|\b(?:n[aä]chste|kommende|next|prochaine?|prossim)\w*|\bwoche|\bweek|\bsemaine|\bsettiman"
    r"|\bmonate?n?\b|\bmonths?|\bmois\b|\bmesi?\b|\bjahres|\bende\b|\bend of|\bfin\b|\bfine\b"
    r"|\b20\d\d\b|\b\d{1,2}(?:[.:]\d\d)? ?(?:uhr|h\b|am\b|pm\b)|\bostern|\beaster|\bp[aâ]ques"
    r"|\bpasqua|\bpfingst|\bweihnacht|\bchristmas|\bno[eë]l|\bnatale|\bneujahr|\bfasnacht|\baschermittwoch"
    r"|\btagen?\b|\bdays\b|\bjours\b|\bgiorn[oi]\b|weiteres|ind[eé]termin)"
)

NOTIONS: dict[str, re.Pattern[str]] = {
    "us": any_of(r"""
        \b(?:ich|wir|mich|mir|uns|meine?[nrms]?|unsere?[nrms]?|bin|sind|i)\b|\bi'(?:m|ll|ve)\b
        \b(?:je|nous|moi|mon|ma|mes|notre|nos|suis|serai|serons|sommes)\b|\bj'
        \b(?:sono|sar[oò]|saremo|siamo|sto|mi|mio|mia|miei|nostr\w+|ho|rientro)\b
        \b(?:we|my|our|me|us|estoy|estar\w+|estou|ik)\b|\bwe'(?:re|ll|ve)\b|^(?:en|infolge|wegen)\b
    """),
    "we": any_of(r"""
        \b(?:ich|wir|bin|sind|i|we|je|nous|suis|serai|sommes|serons|sono|sar[oò]|siamo|saremo|
            sto)\b|\bj'
        \b(?:i|we)'\w+
    """),
    # Somebody else, of whom people write to people.
    "other": any_of(r"""
        \b(?:frau|herr|herrn|mme|madame|monsieur|signora|signor|kolleg\w+|pr[aä]sident\w*|leiterin?|
            chefin?|coll[eè]gue|collega|municipale|mann|manager|colleague|boss|sie selbst|mr|ms|
            mrs)\b
            .{0,40}\b(?:ist|war|hat|ha|est|a|[eè]|sar[aà]|is|was|has|will|sera)\b
        \b(?:she|he)(?:'s| is| was| has)\b|\bwho's\b|\belle est\b
        \b(?:er|sie) (?:ist|war|hat|kommt|ruft|meldet)\b|\bil (?:est|revient|vous)\b|\belle vous\b
        \b(?:mein|unser|mon|ma|notre|il mio|la mia|my|our)e?r? (?:chef\w*|vorgesetzte|jurist\w*|
            direct\w*|responsable|capo|manager|boss|supervisor|comptable|colleague|coll[eè]gue|
            kollegin?)\b
        \bla (?:direttrice|responsabile|segretaria|signora)\b|\bil (?:capo|direttore|sindaco)\b
    """),
    "holder": any_of(r"""
        stelleninhaber|adressat|postfachinhaber|kontoinhaber|titulaire|titolare|mailbox owner|
            gew[uü]nschte person|diese person
    """),
    "office": any_of(r"""
        \b(?:b[uü]ros?|\w*verwaltung\w*|\w*amt\b|[aä]mter|abteilung\w*|schalter\w*|sekretariat\w*|
            kanzlei\w*|gesch[aä]ftsstelle\w*|\w*dienste?\b|team\w*|praxis|schule|betrieb|telefon|
            fachstelle|beratung\w*|bibliothek|hotline)\b
        \b(?:bureaux?|guichets?|secr[eé]tariat|locaux|services?|administration|office|offices|
            mairie|
            greffe|commune)\b
        \b(?:uffic[io]|sportell[io]|cancelleria|segreteria|servizi[o]?|council|department|
            switchboard|
            reception|helpdesk)\b
    """),
    "closed": any_of(r"""
        geschlossen|schliesst|schliessen|\bzu\b(?=[.!]|\s*$)|bleibt? .{0,40}\bzu\b|betriebsferien|
            unbesetzt|nicht (?:\S+ )?besetzt
        ferm[eé]|fermeture|fermons|chius|chiudono|closed|closure|\bshut\b
        (?:r[eé]ouvr|re-?open|riapr|[oö]ffne\w* .{0,20}wieder|wieder (?:ge[oö]ffnet|offen))
    """),
    "away": any_of(r"""
        abwesen|absen[ct]|assen[tz]|ausencia|ausente|aus[eê]ncia|afwezig|\w*ferien|\bferie\b|
            \w*urlaub
        ausser haus|au(?:ß|ss)erhalb|unterwegs|verreist|reisen?\b|im ausland|estero|[eé]tranger|
            abroad
        krank|unfall|spital|operation|\bkur\b|reha|arbeitsunf[aä]hig|todesfall|genesung|
            gesundheitlich
        \bmalad|sant[eé]|arr[eê]t|hospitalis|malat|infortunio|\bsick|\bill\b|surgery|recover
        milit[aä]r|\bwk\b|zivil(?:dienst|schutz)|protection civile|servizio (?:civile|militare)|
            mobilis[eé]|jury
        mutterschaft|vaterschaft|mutterschutz|elternzeit|babypause|maternit|paternit|parental|
            cong[eé]
        sabbat|auszeit|pause\b|\bfrei(?:e[nr]?|er)? ?(?:tage?|$)|habe .{0,20}\bfrei\b|br[uü]cke|
            kompensier|riposo|repos\b|erhol
        weiterbildung|schulung|\bkurs\b|workshop|tagung|kongress|konferenz|seminar|s[eé]minaire|
            formation|\bcorso\b|formazione|training|conference|summit|retraite\b|klausur|ausflug
        vacances|vacanz|d[eé]placement|trasferta|viaggi|voyage|hors (?:du )?bureau|fuori (?:sede|
            ufficio)|\bweg\b|homeoffice
        \baway\b|out of (?:the )?(?:office|country|town)|\bleave\b|vacation|holiday|travell?ing|
            \boff\b|on business|secondment|fishing|not working|fuera de|vakantie|f[eé]rias
        teilzeit|pensum|part[- ]time|temps partiel|tempo parziale|(?:arbeite\w*|travaill\w*|work|
            lavoro|pr[eé]sente?|b[uü]ro)\b.{0,30}(?:montag|dienstag|mittwoch|donnerstag|freitag|
            lundi|
            mardi|mercredi|jeudi|vendredi|day\b|luned|marted|mercoled|gioved|venerd|\d+ ?(?:%|
            prozent))
        (?:arbeite \S* ?nicht|arbeite ich nicht|travaille pas|don't work|do not work|non lavoro)
        arbeitstage|jours de travail|giorni di lavoro|working days are
        feiertag|festtag|f[eé]ri[eé]|\bf[eê]tes|festiv|inventar|inventaire|umzug|z[uü]geln?t?\b|
            d[eé]m[eé]nag|trasloc|umbau
    """),
    "unreached": any_of(r"""
        (?:nicht|weder|kaum|nur|schlecht|schwer|beschr[aä]nkt|eingeschr[aä]nkt|telefonisch|erst)\b
            .{0,40}(?:erreichbar|verf[uü]gbar|anwesend|zur verf[uü]gung|ansprechbar|besetzt|
            im einsatz)
        nicht (?:\S+ ){0,2}(?:da\b|hier\b|im (?:b[uü]ro|haus|amt|dienst|einsatz)|am (?:platz|
            arbeitsplatz|schreibtisch))
        (?:pas|peu|plus|difficilement|seulement)\b.{0,25}(?:joignable|disponible|atteignable|au
            \sbureau|l[aà]\b|en mesure|pr[eé]sent)
        injoignable|non (?:\S+ ){0,2}(?:raggiungibil|disponibil|in (?:ufficio|sede)|reperibil)
        (?:not|n't) (?:\S+ ){0,2}(?:available|reachable|in the office|at (?:my|the) desk|
            contactable|
            around|be (?:in|at)\b)|unavailable|unreachable|unable to (?:reply|respond|answer)
    """),
    "again": any_of(r"""
        wieder (?:\S+ ){0,3}(?:erreichbar|da\b|im (?:b[uü]ro|amt|haus|dienst|einsatz)|f[uü]r sie|
            anwesend|
            am (?:arbeitsplatz|platz|schreibtisch|pult)|zur[uü]ck|vor ort|verf[uü]gbar)|wieder ab\b
        \bback (?:in the office|on|at (?:my|work)|from)\b|(?:be|am) (?:back|returning)\b
        (?:serai|suis|serons) (?:de retour|[aà] nouveau)|sar[oò] (?:di ritorno|nuovamente)
        (?:reprend\w*|retrouv\w*|rileggiamo|risentiamo)
    """),
    "mail": any_of(r"""
        \b(?:e-?)?mails?\b|\bmail(?:box|adress|konto)|nachricht|mitteilung|zuschrift|zeilen\b|
            schreiben\b|
            postfach|\bpost\b|anfrage|anliegen|\bkonto\b|\badresse|\bantwort|eingabe|meldung
        messages?\b|courriel|courrier|messagerie|\bbo[iî]te|demande|\benvoi\b|\bcompte\b|r[eé]ponse|
            prise de contact|correspondance
        messagg|\bposta\b|casella|comunicazione|richiest|\bmissiva|inbox|account|\bnotes?\b|
            letter\b|
            correspondence|enquir|inquir|\brequest|repl(?:y|ies)\b|\bmatter\b|mensaje|mensagem|
            bericht
    """),
    "handled": any_of(r"""
        \b(?:ge)?les(?:en|e|t)?\b|\blese\b|bearbeit|beantwort|antwort|gesichtet|gepr[uü]ft|
            weiter ?geleitet|
            verworfen|gel[oö]scht|schau(?:e|t|en)\b|abgerufen|[uü]berwacht|kontrollier|geleert|
            betreut|
            bewirtschaft|empfangen|erledig|melde (?:ich )?mich|k[uü]mmere|zugestellt|
            zur[uü]ckgehalten
        \blus?e?s?\b|\blis\b|\blire\b|\blirai|trait|consult|relev|examin|r[eé]pond|reviendr|
            transmis|
            transf[eé]r|recontact|connaissance|r[eé]ponse [aà]
        legg|\blett[aeio]\b|rispond|risposta|esamin|consult|inoltr|evas|trattat|contatter
        \bread\b|reading|check|look(?:ing)? at|look into|monitor|answer|repl(?:y|ied|ies)|respond|
            forward|discard|process|pick .{0,10}up|deal|get back|attend to|delet|responder
    """),
    "limited": any_of(r"""
        \bnicht\b|\bnie\b|niemand|weder|\bkein|\berst\b|\bnur\b|unregelm|sporad|selten|verz[oö]ger|
            dauern|
            \bbis zu\b|eingeschr[aä]nkt|beschr[aä]nkt|sobald|vor[uü]bergehend|l[aä]nger
        \bpas\b|\bplus\b|\bne\b|\bn'|\bque\b|rarement|limit|sans\b|irr[eé]gul|aucun
        \bnon\b|\bsolo\b|rarament|limitat|senza|nessun|ritardo|\bnot\b|n't\b|\bonly\b|never|slow|
            delay|
            patchy|intermittent|occasional|rarely|\bno\b|without|longer than
    """),
    "later": any_of(r"""
        danach|anschliessend|sobald|n[aä]chst\w+ arbeitstag|so (?:rasch|bald|schnell)|morgen\b|
            in der
            \sregel|innert|d[eè]s que|prochain jour|meilleurs d[eé]lais|appena|as soon as|once i|
            when i|
            after i|tomorrow|within|sp[aä]ter\b
    """),
    "return": any_of(r"""
        r[uü]ckkehr|zur[uü]ck\b|wieder\b|kehre|retour|rentr[eé]e|reviendr|revien|reprend|reprise|
            rientr|
            ritorn|\btorn(?:o|er)|return|\bback\b|ripr|riapr|r[eé]ouv|reopen|regres|volta\b|erwart
    """),
    "until": any_of(r"""
        \bbis\b|\bab\b|\bvom\b|\bseit\b|\bper\b|\bvor\b|until|\btill\b|\bfrom\b|since|through|
            before|jusqu|\bd[eè]s\b|depuis|
            \bdu\b|avant|\bfino\b|\bdal\b|\bdalla\b|\bentro\b|\bhasta\b|\bdesde\b|\bat[eé]\b|
            w[aä]hrend|
            for (?:about |approximately )?\w+ (?:days|weeks|months)
    """),
    "access": any_of(r"zugriff|zugang|acc[eè]s|\baccess|connecti|connexion|internet|empfang\b"),
    "unwatched": any_of(r"""
        unattended|unmonitored|nicht (?:\S+ )?(?:[uü]berwacht|bewirtschaftet|betreut|gelesen)|
            nur zum versenden
        non (?:presidiat|monitorat|gestit)|(?:pas|plus|non) (?:surveill|relev|consult)|no-?reply|
            twice a week|verworfen
    """),
    "gone": any_of(r"""
        (?:nicht|nichts) mehr|ehemalig|ausgeschieden|ausgetreten|verlassen|pensioniert|\bin pension|
            ruhestand|neue stelle|gewechselt|t[aä]tigkeit .{0,20}beendet|abgeschaltet|aufgehoben|
            deaktiviert|neue?r?n? (?:e-?)?(?:mail-?)?adresse|erreichen (?:sie )?(?:mich|
            uns) (?:neu|ab
            \ssofort|k[uü]nftig)
        (?:ne|n')\S* \S* ?\S* ?plus\b|plus (?:en (?:service|fonction)|utilis|valable|actif)|
            quitt[eé]|
            cess[eé]|retraite|nouvelle adresse|changement d'adresse|cl[oô]tur|supprim[eé]|
            d[eé]sactiv
        non (?:\S+ ){0,2}pi[uù]|lasciato|in pensione|nuovo indirizzo|cambiat|disattivat|dismess
        no longer|not anymore|former|\bleft (?:the|our|my|this)|has left|have left|have moved|
            retired|
            new (?:e-?mail )?address|discontinued|deactivated|anymore
    """),
    "work": any_of(r"""
        arbeit|t[aä]tig|angestellt|besch[aä]ftigt|funktion|\bamt\b|bei (?:uns|der|dem)|travaill|
            service|
            fonction|activit|\blavor|funzione|servizio|work|employ|with (?:the|us)|department|
            organi[sz]
    """),
    "arrived": any_of(r"""
        eingegangen|eingang\b|empfang\b|erhalten|bekommen|empfangen|eingetroffen|angekommen|erfasst|
            registriert|aufgenommen|entgegengenommen|bei uns (?:ein|an)
        parven|re[cç]u|arriv[eé]|enregistr|r[eé]ception|pervenut|ricevut|ricezione|registrat|giunt
        received|\bgot\b|arrived|logged|queue|placed|acknowledg|registered|created|opened|assigned
    """),
    "soon": any_of(r"""
        so (?:rasch|bald|schnell)|in k[uü]rze|innert|innerhalb|werktag|arbeitstagen|baldm[oö]glich|
            umgehend|
            n[aä]chstens|(?:nimmt|nehmen) .{0,30}kontakt|melde[nt] (?:wir )?(?:uns|sich)|
            k[uü]mmern uns|
            kommen .{0,20}auf sie zu|in der regel|in bearbeitung|zust[aä]ndige
        sous peu|prochainement|d[eé]lais|ouvrables|contactera|donnerons suite|trait[eé]e? dans|
            bient[oô]t
        al pi[uù] presto|entro|quanto prima|lavorativi|within|shortly|as soon as|aim to|in touch|
            business days|working days
    """),
    "filed": any_of(r"""
        (?<!phone )\b(?:ticket|fall|vorgang|case|dossier|request|anfrage|r[eé]f\w*|numero|nummer|
            num[eé]ro|
            number|
            pratica|gesch[aä]ft)\W{0,4}(?:nr|no|n°|id|nummer|number|is|ist|
            :)?\W{0,4}(?:\w{1,5}-)?\d{3,}
        best[aä]tigen (?!sie).{0,40}(?:eingang|empfang|erhalt)|eingangsbest|empfangsbest|lesebest
        conferm\w+ .{0,50}(?:pervenut|ricevut|ricezione)|confirm\w* .{0,30}(?:receipt|r[eé]ception)
        accus(?:ons|[eé]) (?:de )?r[eé]ception|conferma di (?:ricezione|lettura)|(?:return|
            read) receipt
        wurde (?:am .{0,40})?gelesen|was read|a [eé]t[eé] lue?|[eè] stat[oa] lett
        (?:we've|we have) (?:received|got)|abbiamo ricevuto|avons bien re[cç]u|f[uü]r ihre bewerbung
    """),
    "machine": any_of(r"""
        automat(?:isch|isiert|ique|ic\b|ica|ico|ically|iquement|icamente|ed)\b.{0,25}(?:antwort|
            nachricht|
            mail|r[eé]ponse|message|risposta|messaggio|reply|response|generier|erstellt|versand|
            erzeugt|
            g[eé]n|envoy|generat|sent|inviat)
        (?:antwort|nachricht|mail|mitteilung|r[eé]ponse|message|risposta|messaggio|reply|
            response)\b.{0,25}(?:automat|maschinell)
        auto-?(?:reply|respon|antwort)|maschinell (?:erstellt|generiert)
        (?:nicht auf diese|ne pas r[eé]pondre|non rispond\w+ a quest|(?:do not|don't|
            cannot) (?:be )?repl|
            nicht antworten|no responder)
        (?:displayed|angezeigt|affich[eé]|visualizzat\w+)\b.{0,40}(?:computer|ordinateur|
            empf[aä]ngers?|
            destinataire|destinatario|recipient)|(?:no|keine|aucune|nessuna) (?:guarantee|garantie|
            garanzia)|reply above this line
    """),
    "challenge": any_of(r"""
        (?:best[aä]tig|verif|confirm|v[eé]rif|conferm|pr[uü]f)\w*\b.{0,60}(?:absender|sender|
            exp[eé]diteur|
            mittente|mensch|human|humain|umano|link|robot|einmal)
        (?:klick|click|cliqu|clicc)\w*\b.{0,60}(?:link|lien|hier|here|ici|qui|best[aä]tig|confirm)
        zur[uü]ckgehalten|\bheld\b|retenu|trattenut|quarant|(?:mis|plac[eé]e?) en attente|recopier|
            captcha|
            whitelist|freigeschalte|requires that you
        (?:bekannte\w*|erlaubte\w*|known|approved|connus?|conosciut\w+) (?:absender|sender|
            exp[eé]diteur|
            mittent)|ohne den betreff|(?:leave|keep) the subject|(?:only|nur|une seule|
            una sola) (?:once|
            einmal|fois|volta)|absenderpr[uü]fung|verify your e-?mail
        (?:simply|einfach|simplement|bitte) (?:reply|antworten|r[eé]pond\w+).{0,12}(?:this|diese|
            ce) \w+
    """),
    "thanks": any_of(r"""
        \b(?:dank|danke|thanks|thank you|merci|grazie|ringrazi\w*|remerci\w*|gracias)\b
    """),
    "patience": any_of(r"""
        verst[aä]ndnis|geduld\b|patience|compr[eé]hension|understanding|pazienza|comprensione
        (?:dank|danke|thanks|thank you|merci|grazie).{0,30}(?:interess|int[eé]r[eê]t|kontakt|
            contact|
            getting in touch|reaching|writing)
    """),
    "turn": any_of(r"""
        \b(?:wenden|richten|kontaktieren|melden|schreiben|rufen|anrufen|adressieren|senden|schicken|
            verwenden|benutzen|nutzen|erreichen|weiterleiten)\b|kontakt\b|\bbitte an\b|richten sie
        adress(?:er|ez)|contact|[eé]cri|appel|t[eé]l[eé]phon|joindre|tourner|utiliser|veuillez|
            merci de
        rivolg|contatt|scriv|chiam|indirizz|utilizz|\bcall\b|write to|reach\b|\bring\b|turn to|
            speak to|
            get in touch|direct|redirect|resend
    """),
    "urgent": any_of(r"""
        dringend|dringlich|notfall|notf[aä]lle|unaufschiebbar|eilig|pikett|urgen|emergenc|
            imm[eé]diat|
            n[eé]cessit|pressant|in fire|on fire|in der zwischenzeit|entre-?temps|nel frattempo|
            meantime
    """),
    "where": any_of(r"""
        @|\d{3}|\b\d\d \d\d\b|zentrale|sekretariat|kolleg|nachfolg|stellvertret|kanzlei|verwaltung|
            dienst|
            empfang|webseite|kontaktformular|durchwahl|extension
        coll[eè]gue|secr[eé]tariat|greffe|success|direction|administration|chancellerie|centrale|
            suppl[eé]|
            rempla[cç]|service|mme|m\.|collega|segret|cancelleria|sostitut|helpline|switchboard|
            colleague|deputy|office|team|desk|\bmr\b|\bms\b|herr|frau
    """),
    "cover": any_of(r"""
        vertret|vertritt|\bstv\b|nachfolg|hilft ihnen|helfen ihnen|stehen? ihnen|zust[aä]ndig|
            [uü]bernimmt|
            [uü]bernehmen|[uü]bernommen|wahrgenommen|betreut|k[uü]mmer[nt]|weiss bescheid
        rempla[cç]|suppl[eé]|successeur|relais|[aà] votre disposition|prend en charge|successore|
            sostitu
        deputy|covering|cover for|in my absence|standing in|successor|help you|assist|looked after|
            look
            \safter|in charge|responsible
    """),
    "hours": any_of(r"""
        [oö]ffnungszeiten|heures d'ouverture|orari|opening hours|(?:mo|di|mi|do|fr|lun|
            mon)\s?[-–].{0,20}\d
        (?:tel|telefon|t[eé]l|phone|mobile|natel|fax|online-schalter)\b
    """),
    "greeting": any_of(r"""
        ^\s*(?:sehr geehrte|guten (?:tag|morgen|abend)|gr[uü]ezi|liebe|hallo|hello|dear|bonjour|
            madame|
            monsieur|mesdames|gentil\w*|egregi\w*|buongiorno|salve|cher|ch[eè]re|hi\b|
            salut)\b.{0,70}$
    """),
    "season": any_of(r"""
        (?:sch[oö]ne|frohe|erholsame|sonnige|besinnliche|joyeuses|bonnes|buone|happy|merry|
            alles gute)\b
        do not hesitate|h[eé]sitez pas
    """),
    # What only people say: they ask for something, answer, promise, praise, and are sorry.
    "wish": any_of(r"""
        \b(?:ich|wir) bitten?\b|hiermit melde ich|bitte um (?:ein|eine|kurze|best|r[uü]ck|erg)
        \bbitte (?:\S+ ){0,8}(?:streich|nehmen sie (?:mich|ihn|sie|uns|frau|herrn)|nehmt|schick|
            trag|
            l[oö]sch|aufnehm|korrigier|pr[uü]f|entfern|zustell(?:en|t)?\b|teil\w* sie|lass|austrag|
            anmeld|abmeld|reservier|verschieb|liefer|meld\w* (?:sie )?(?:mich|uns|ihn|frau|herrn)\b)
        \b(?:k[oö]nnten?|w[uü]rden?|d[uü]rften?) (?:sie|ich|wir|ihr|man)\b|darf ich|d[uü]rfen wir|
            k[oö]nnen wir
        (?:ich|wir) (?:m[oö]chten?|h[aä]tten?|br[aä]uchten?|brauchen?|suchen?|finden?|denken?|
            hoffen?|
            glauben?|nehmen? (?:gerne? )?(?:teil|an)|freuen?|danken? f[uü]r (?:die|den|das)|
            schlagen?|begr[uü]ssen?|schicken?|sende|liefern?|rufe|komme|vertrete|antworte in|
            leite)\b
        (?:rufe|schicke|sende|komme|bringe|liefere|schaue) ich\b|schicke (?:ihnen|euch|die|das|den)
        pourriez|pouvez-vous|peut-on|pourrait-on|puis-je|souhaiterais|aimerai|voudri|je (?:souhaite|
            propose|trouve|pense|crois|voudrais|participer|viendr|le remplace|la remplace|
            vous (?:enverrai|envoie|rappelle)|vous prie de (?:me|bien|retirer|supprimer))
        potreb|potrei|potete|vorrei|desider|gradir|mi pu[oò]|vi prego di (?:cancell|togli|inviar|
            aggiung|mandar)
        \b(?:could|would|can|may) (?:you|i|we)\b|i(?:'d| would) (?:like|love|be)
        please (?:\S+ ){0,2}(?:send|remove|take|add|change|unsubscribe|delete|forward|include|stop|
            correct|let|put|keep)\b|please use my new
        merci de (?:me|nous|bien|m'|retirer|supprimer|modifier|corriger)|veuillez (?:me|nous|
            retirer|
            supprimer|m'|noter|corriger|modifier|ne plus)
        (?:souhaite|m[oö]chte\w*|want|wish|w[uü]nsche\w*)\b.{0,20}(?:nicht|kein\w*|plus|no)\b
        nicht mehr (?:schicken|senden|erhalten|bekommen)|keine (?:weiteren )?mails mehr bitte
        ne (?:souhaite|veux) plus|ne plus (?:\S+ )?(?:recevoir|adresser|envoyer)|don't want|
            stop sending|unsubscribe|supprimer (?:mon|son|notre)|rendez-vous|demande une|regrette
        l[aä]sst (?:ausrichten|gr[uü]ssen)|(?:lo|la) sostituisco|i'?a?m covering|j'ai transmis
        passed (?:this|it|your) |habe (?:es|ihre \w+|das) (?:an|weiter)|wir bieten|haha
        \b(?:yes|ja|oui|s[iì]|nein|non|nee),|parfait|perfetto|einverstanden|passt\b|d'accord|va bene
        sounds good|see you (?:there|then|at|on)|\bbis (?:dann|bald)|let's |mach\w* mit\b|fine with|
            count us|we'll be there|(?:n[aä]chst\w+|prochaine) (?:mal|fois)|ci (?:sentiamo|vediamo)
        nehmen? (?:gerne? )?teil|komme gerne|vegetar|(?:mit|pour|per|for) (?:\d|zwei|drei|deux|
            trois|
            due|tre) person|(?:our|my|with) (?:figures|comments|feedback|draft|remarks|answers?)
        \bschade?\b|\bscus(?:i|ate)|d[eé]sol[eé]|\bsorry|entschuldig|excuse[rz]?\b|muss (?:mich|ich)
        \bsehr gut|gute[rs]? text|toll\b|spannend|\bgreat\b|tr[eè]s bien|bravo\b|f[eé]licitation|
            d[eé]couvre|remarques|osservazioni
        (?:c'est|scrivete) [aà] m(?:oi|e)\b|(?:kommt|alles) (?:f[uü]r|an) mich|i cannot give|
            call my mobile|ersuche|erstreckung|d[eé]c[eé]d|verstorben|manqu|fehl(?:t|en)\b
        schaue? es mir|je (?:le|la|les) lirai|vous appellerai|me ne occupo|voici la|d'habitude|
            avez d[uû]|
            [aà] sa place|an (?:seiner|ihrer) stelle|impostato|nous avons l'avantage|k[uü]ndige
        erst (?:jetzt|heute)|only (?:saw|read|today)|solo oggi|aujourd'hui seulement|qu'aujourd|
            definitiv
        \bhabe? (?:ihr\w*|das|es|euer\w*) .{0,40}(?:gelesen|erhalten|gesehen)|cancellat[ei]|togliete
        ^\W*(?:hier|here is|voici|ecco)\b|umgezogen
        ihnen auch\b|auch ihnen|gleichfalls|[aà] vous aussi|altrettanto|ricambi|anche a voi|
            same to you|likewise|kind wishes|\b(?:lieben|guten|netten) w[uü]nsche|(?:bons|vos)
            \sv(?:œ|oe)ux|(?:falsche|richtige) (?:person|stelle|abteilung)|bonne personne|
            persona giusta|right person|(?:ihm|ihr) (?:die|das|ihre|es) \w+|lui ai trans|le ho
        [:;]-?[)D]
    """),
}  # fmt: skip
