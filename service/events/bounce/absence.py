"""Reads a note sentence by sentence: what a machine speaks of, and what only people do. Pure.

A machine's note speaks of nothing else: that somebody is away, for how long, who stands in, what
becomes of the mail. A person who mentions the same has something to say besides; so each sentence
is asked what it speaks of, and those that no machine would write weigh against.
"""

import re

from msgspec import Struct

from service.delivery.refusal.patterns import any_of

_MONTH = (
    r"(?:jan|feb|m[aä]rz|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|dez|dec|f[eé]v|avr|juin|juil|"
    r"ao[uû]t|d[eé]c|genn|magg|giu|lug|ago|sett|ott|dic)\w*"
)
# The full stop of «3. Mai» ends no sentence.
_SENTENCE = re.compile(
    rf"(?<=[^\W\d_]{{3}})[.!?](?=\s|$)|(?<=[\d)])[.!?](?=\s+(?!(?i:{_MONTH})\b)[A-ZÄÖÜÉ]|\s*$)"
)
_CLAUSE = re.compile(
    r"[,;:]\s|\s[-–—|]\s|\s(?:und|oder|aber|sondern|denn|daher|deshalb|and|but|so|or|et|mais|ou"
    r"|donc|car|e|ed|ma|quindi|o|y|pero)\s"
)
_DATE = (
    rf"(?:\d{{1,2}}\s?[./]\s?\d{{1,2}}|\b\d{{1,2}}\.?(?:er|st|nd|rd|th)?\s+(?:de\s+|of\s+)?{_MONTH}"
    rf"|\b{_MONTH}\s+\d|\w+tags?\b|\bmittwoch|\b(?:mon|tues|wednes|thurs|fri)day|\blundi|\bmardi"
    r"|\bmercredi|\bjeudi|\bvendredi|\bluned|\bmarted|\bmercoled|\bgioved|\bvenerd|\bmorgen\b"
    r"|\btomorrow|\bdemain|\bdomani|\b(?:n[aä]chste|next|prochaine?|prossim)\w*|\bwoche|\bweek"
    r"|\bsemaine|\bsettiman|\bende\b|\bend of|\bfin\b|\bfine\b|\b20\d\d\b"
    rf"|\b{_MONTH}\b)"
)
_MAIL = (
    r"(?:e-?)?(?:mail|message|nachricht|mitteilung|meldung|anfrage|anliegen|zuschrift|schreiben|"
    r"courriel|messagerie|demande|messaggi|richiest|comunicazion|inbox|mailbox|posta\b|postfach|"
    r"request|enquir|inquir|mensaje|bericht)\w*"
)

_CORE: dict[str, re.Pattern[str]] = {
    "machine": any_of(r"""
        (?:displayed|angezeigt|affich[eé]|visualizzat\w+)\b.{0,40}(?:computer|ordinateur|
            empf[aä]ngers?|
            destinataire|destinatario|recipient)|(?:no|keine|aucune|nessuna) (?:guarantee|garantie|
            garanzia)
        automat(?:isch|ique|ic|ica|ico|ically|iquement|icamente)\b.{0,25}(?:antwort|nachricht|mail|
            r[eé]ponse|message|risposta|messaggio|reply|response|generier|erstellt|versand|g[eé]n|
            envoy|generat|sent|inviat)
        (?:antwort|nachricht|mail|mitteilung|r[eé]ponse|message|risposta|messaggio|reply|
            response)\b.{0,25}(?:automat|maschinell)
        auto-?(?:reply|respon)|maschinell (?:erstellt|generiert)|robot
        (?:nicht auf diese|ne pas r[eé]pondre|non rispond\w+ a quest|(?:do not|don't|
            cannot) (?:be )?
            repl|nicht antworten|no responder)
    """),
    "fate": any_of(rf"""
        {_MAIL}\b.{{0,60}}\b(?:nicht|weder|keine?|erst|nur|pas|plus|non|not|only|no longer|never|
            ne sera|n'est|unregelm|sporadi|irregul|seltene?r?|rarely|rarement|raramente|once|when|
            d[eè]s|
            al mio|nach|am|ab)\b
            .{{0,50}}(?:gelesen|weiter|bearbeit|beantwort|abgerufen|[uü]berwacht|betreut|
            bewirtschaft|
            empfang|lue?s?\b|transm|transf|trait|consult|relev|lett[aeio]|inoltr|evas|gestit|read|
            forward|monitor|check|answer|process|dealt)
        (?:lese|bearbeite|beantworte|pr[uü]fe|checke|rufe|schaue|sehe)\w*\b.{{0,60}}(?:{_MAIL}|
            sie\b)
        (?:beantwort|bearbeit|antwort|erledig|k[uü]mmer)\w*\b.{{0,60}}(?:r[uü]ckkehr|zur[uü]ck|erst|
            sobald|danach|anschliessend|so (?:rasch|bald|schnell)|n[aä]chst\w+ arbeitstag|ferien)
        (?:melde|antworte)n? (?:ich|wir|mich|uns|ihnen)\b.{{0,40}}(?:r[uü]ckkehr|zur[uü]ck|sobald|
            nach|am|ab|danach|so (?:rasch|bald))
        (?:meiner|unserer) r[uü]ckkehr\b.{{0,60}}(?:beantwort|bearbeit|melde|antworte|k[uü]mmer|
            lese)
        (?:r[eé]pondr\w+|traiter\w+|lirai|prendr\w+ connaissance|
            recontacter\w*)\b.{{0,60}}(?:retour|
            d[eè]s|reprise|meilleurs|rentr[eé]e|reviendr)
        (?:d[eè]s|[aà]) mon retour|al (?:mio )?(?:rientro|ritorno)|upon my return|when i (?:return|
            am
            back|get back|'m back)|once i(?:'m| am) back|on my return|after i return
        (?:risponder|legger|contatter)\w+\b.{{0,60}}(?:rientr|ritorn|appena|possibile|dopo)
        (?:reply|respond|answer|get back|read|attend)\w*\b.{{0,60}}(?:return|as soon as|when i|back|
            after|upon|delay)
        (?:kein\w*|pas|sans|limited|no|limitato|nessun|eingeschr[aä]nkt\w*|beschr[aä]nkt\w*|
            sporadi\w*|occasional\w*|only) (?:\S+ ){{0,3}}(?:zugriff|zugang|acc[eè]s|access|accesso)
        (?:without|ohne|sans|senza) (?:\S+ ){{0,2}}(?:access|zugriff|acc[eè]s|accesso|internet)
        (?:traite|lis|consulte|rel[eè]ve)\b.{{0,20}}{_MAIL}|respond(?:er[eé]i?|
            o)\b.{{0,60}}(?:regres|volta|vuelta)
        {_MAIL}\b.{{0,30}}(?:gel[oö]scht|nicht zugestellt|deleted|supprim|cancellat|
            zur[uü]ckgehalten)
        (?:unattended|unmonitored|nicht [uü]berwacht\w*|nicht bewirtschaftet\w*) (?:mailbox|
            postfach)
        (?:mailbox|postfach)\b.{{0,20}}(?:unattended|unmonitored|nicht [uü]berwacht)
    """),
    "absent": any_of(r"""
        \b(?:ich|wir|bin|sind|ist|weile|bleib\w*|befinde\w*|geniess\w*|mache\w*|habe\w*|
            h[aä]tte|arbeite\w*|infolge|wegen|aufgrund|w[aä]hrend)\b.{0,70}(?:abwesen|ferien|
            urlaub|ausser haus|au(?:ß|ss)erhalb|unterwegs|krank|unfall|spital|milit[aä]r|\bwk\b|
            zivildienst|zivilschutz|elternzeit|babypause|sabbatical|auszeit|weiterbildung|
            schulung|tagung|kongress|konferenz|reisen?\b|verreist|im ausland|\bfrei\b|br[uü]cke|
            kompensier|teilzeit|pensum|geschlossen|\bzu\b$|nicht (?:im|am|in|an|auf) \S+|
            nicht (?:mehr )?(?:erreichbar|anwesend|da\b|verf[uü]gbar|besetzt|bedient|im dienst)|
            (?:nur|schlecht|beschr[aä]nkt|eingeschr[aä]nkt|telefonisch) \S*\s?(?:erreichbar|
            besetzt)|jeweils|\d+ ?%|arbeitstag|montags?|dienstags?|mittwochs?|donnerstags?|
            freitags?)
        \b(?:ferien|urlaub|abwesenheit|feiertage|betriebsferien|auszeit|mutterschaft\w*|
            vaterschaft\w*)\b.{0,40}(?:bis|vom|ab\b|bin ich|sind wir|geschlossen|zur[uü]ck)
        (?:b[uü]ro|sekretariat|schalter|kanzlei|verwaltung|gesch[aä]ftsstelle|amt|abteilung|
            dienst\w*|telefon|praxis|schule)\w*\b.{0,80}(?:geschlossen|\bzu\b|nicht besetzt|
            unbesetzt|reduziert)
        (?:bleib\w*|sind|ist|haben)\b.{0,70}(?:geschlossen|betriebsferien|zu\b$)
        \bnicht (?:da|hier|im b[uü]ro|erreichbar|im haus|am platz)\b|(?:ferien|krankheits|
            milit[aä]r)halber
        ^(?:ferien|urlaub|\w*ferien|\w*urlaub|milit[aä]r\w*|krank\w*|weiterbildung|teilzeit|
            abwesen\w*|
            absen\w*|assen\w*|cong[eé]\w*|vacances|ferie|vacanze|formation|maladie|malattia|
            temps partiel|
            tempo parziale|fermeture|annual leave|holiday|vacation|leave|service militaire|ausencia|
            aus[eê]ncia|f[eé]rias|afwezig\w*|(?:b[uü]ro|office|bureau\w*|uffici\w*|
            schalter) (?:geschlossen|
            closed|ferm\w*|chius\w*))\b
        \b(?:je|j'|nous|notre|nos|mon|ma|le|la|les|actuellement|en|suis|serai|sommes)\b.{0,60}
            (?:absen[tc]\w*|cong[eé]s?|vacances|d[eé]placement|maladie|malade|maternit[eé]|
            paternit[eé]|parental|formation|hors d|pas (?:joignable|disponible|atteignable|
            au bureau|l[aà])|ferm[eé]|voyage|militaire|[aà] l'[eé]tranger|temps partiel|injoignable|
            s[eé]minaire|cong[eè]s|repos|f[eé]ri[eé])
        \bje ne travaille pas\b|ne travaillons pas|\bic?h arbeite nicht\b|arbeite ich nicht|
            non lavoro\b
        \bje travaille\b.{0,40}(?:lundi|mardi|mercredi|jeudi|vendredi|\d+ ?%|matin|uniquement)
        \b(?:sono|sar[oò]|siamo|saremo|in|per|mio|mia|l'ufficio|gli uffici|uffici|attualmente)\b
            .{0,60}(?:assen[tz]\w*|ferie|vacanz\w|congedo|malattia|malat[oa]|maternit[aà]|trasferta|
            formazione|fuori|chius[oiae]|non (?:raggiungibil|disponibil|in ufficio|in sede)\w*|
            viaggio|militare|tempo parziale|all'estero)
        \blavoro\b.{0,30}(?:luned|marted|mercoled|gioved|venerd|tempo parziale|\d+ ?%|mattin)
        \b(?:i|i'm|i'll|we|we're|am|are|is|be|our|the|currently|away|on|my)\b.{0,60}(?:\baway\b|
            out of (?:the )?(?:office|country|town)|on (?:\w+ ){0,2}(?:leave|vacation|holidays?|
            business|annual leave)|not (?:in|at) (?:the |my )?(?:office|desk|work)|unavailable|
            not available|unreachable|travel(?:l)?ing|\bsick\b|\bill\b|maternity|paternity|
            parental|part[- ]time|closed|abroad|off work|off (?:until|from|today|on)|holiday|
            sabbatical|not working|at a (?:conference|course|training)|vacation|jury)
        \bi (?:only )?work\b.{0,40}(?:monday|tuesday|wednesday|thursday|friday|part|\d+ ?%|morning)
        (?:estoy|estar[eé]i?|fuera|ausente|ausencia|vacaciones|estou|f[eé]rias|aus[eê]n|afwezig|
            vakantie|niet aanwezig|buiten kantoor)\b
        (?:bin|sind|ist|werde) .{0,50}\bwieder (?:erreichbar|da\b|im (?:b[uü]ro|amt|haus|dienst|
            einsatz)|
            f[uü]r sie|anwesend|am arbeitsplatz|zur[uü]ck)
        (?:i'll|i will|we will|we'll) be (?:back|returning)|\bback (?:in the office|on|at my desk)\b
        (?:serai|suis|serons) (?:de retour|[aà] nouveau|joignable d[eè]s)|sar[oò] (?:di ritorno|
            nuovamente)
        pr[eé]sente?s?\b.{0,30}(?:lundi|mardi|mercredi|jeudi|vendredi|matin)
        \bi bi\b.{0,40}(?:ferie|weg|nid)|\bweg bis\b
    """),
    "gone": any_of(r"""
        (?:nicht mehr|no longer|n'\S+ plus|ne \S+ plus|non \S* ?pi[uù]|
            not anymore)\b.{0,50}(?:t[aä]tig|
            arbeit|besch[aä]ftigt|angestellt|bei (?:uns|der|dem)|im amt|im dienst|hier|work|employ|
            with (?:the|us)|travail|service|fonction|activ|aktiv|betreut|verwendet|genutzt|benutzt|
            g[uü]ltig|gelesen|valid|in use|used|monitored|utilis|consult|relev|valable|lavor|
            utilizz|
            attiv|valid|in servizio|bewirtschaftet|in betrieb|abgerufen|existiert)
        (?:arbeite\w*|t[aä]tig|besch[aä]ftigt|erreichbar)\b.{0,20}nicht mehr
        (?:travaille|exerce|utilise|suis|fait)\w* plus\b|lavoro pi[uù]
        (?:pensioniert|in pension|ruhestand|retrait[eé]e?|[aà] la retraite|retired|in pensione|
            pensionat[oa])\b
        (?:t[aä]tigkeit|arbeit|mandat|amt)\b.{0,30}(?:beendet|abgegeben|niedergelegt)|neue stelle
        ^(?:neue?|nouvelle|nuovo|new|changement d'|cambio)\W{0,2}(?:e-?)?(?:mail-?)?(?:adresse|
            address|indirizzo)
        ^i have moved|^nicht mehr|^non pi[uù]|^plus en |no longer (?:with|at|here|handle)
        (?:habe|hat|ai|a|have|has|ho)\b.{0,50}(?:verlassen|quitt[eé]|left (?:the|our|my|this)|
            lasciato|gewechselt|chang[eé] d|moved to|cambiato)
        (?:verlassen|quitt[eé]|lasciato)\b.{0,20}$
        (?:adresse|mailbox|postfach|konto|account|compte|address|bo[iî]te|casella|indirizzo)\w*\b
            .{0,50}(?:gel[oö]scht|deaktiviert|abgeschaltet|aufgehoben|geschlossen|d[eé]sactiv|
            supprim|cl[oô]tur|ferm|disattivat|chius|closed|deactivated|disabled|discontinued|
            ung[uü]ltig|umgestellt)
        (?:neue?|nouvelle|nuovo|new)\b.{0,6}(?:e-?)?(?:mail)?-?(?:adresse|address|
            indirizzo)\b.{0,25}
            (?:lautet|ist|:|est|[eè]\b|is)
        erreichen (?:sie )?mich (?:neu|ab sofort|k[uü]nftig)|(?:joindre|atteindre) (?:d[eé]sormais|
            dor[eé]navant)|reach me (?:now )?at|(?:raggiungibile|contattarmi) (?:ora|d'ora)
    """),
    "receipt": any_of(rf"""
        ^(?:we(?:'ve| have) (?:got|received)|(?:case|ticket|request|anfrage) \W{{0,2}}\w*\d{{3,}}|
            accus[eé]|
            bien re[cç]u|empfangsbest|eingangsbest|lesebest|return receipt|
            grazie per averci contattat|
            thank(?:s| you) for (?:contacting|getting in touch|your (?:message|e-?mail|enquiry|
            request))|
            danke? f[uü]r ihre (?:nachricht|anfrage|e-?mail)|besten dank f[uü]r ihre (?:nachricht|
            anfrage)|
            ihre (?:nachricht|anfrage|mitteilung|e-?mail) (?:an|ist))
        (?:ihre?n?|votre|vostr[oa]|su[oa]|your|deine?)\b.{{0,12}}{_MAIL}\b.{{0,50}}(?:eingegangen|
            eingetroffen|erhalten|empfangen|angekommen|erfasst|registriert|aufgenommen|parvenue?|
            re[cç]ue?s?|enregistr|transmise?|ricevut|registrat|received|logged|arrived|registered|
            entgegen|weitergeleitet|an die zust[aä]ndige|in bearbeitung|been (?:created|opened|
            assigned))
        (?:haben|best[aä]tigen|accusons|avons|confirm\w*|abbiamo|have|acknowledge|'ve)\b.{{0,40}}
            {_MAIL}\b.{{0,20}}(?:erhalten|empfangen|$)
        (?:best[aä]tigen|confirm\w*|accusons|acknowledge)\w*\b.{{0,25}}(?:eingang|empfang|erhalt|
            r[eé]ception|ricezione|ricevimento|receipt)
        (?:have|we've|'ve|has been) (?:received|got|logged)|avons bien re[cç]u|abbiamo ricevuto
        (?:ticket|fall|vorgang|case|dossier|request|anfrage|r[eé]f\w*|numero|nummer|num[eé]ro|
            number|pratica)\W{{0,4}}(?:nr|no|n°|id|nummer|number)?\W{{0,4}}(?:\w{{1,4}}-)?\d{{3,}}
        (?:innert|innerhalb(?: von)?|binnen|within|sous|dans les|
            entro) (?:\S+ ){{0,3}}(?:arbeitstag|
            werktag|stunden|tagen|working|business|hours|jours|heures|giorni|ore\b)
        (?:melden uns|antworten ihnen|r[eé]pondrons|risponderemo|will (?:get back|respond|reply|
            be in
            touch)|k[uü]mmern uns|nehmen uns)\b
        (?:gelesen|displayed|angezeigt|opened|affich[eé]|visualizzat|lu le|lue le|letto il|
            read on)\b
            .{{0,40}}(?:\d|$|computer)|empfangsbest[aä]tigung|return receipt|read receipt
        danke? f[uü]r ihre (?:bewerbung|bestellung|anmeldung|registrierung)
    """),
    "challenge": any_of(r"""
        (?:bekannte\w*|known|connus?|conosciut\w+) (?:absender|sender|exp[eé]diteur|mittent)|
            ohne den betreff|
            (?:leave|keep) the subject|(?:only|nur|une seule|una sola) (?:once|einmal|fois|volta)|
            (?:mis|plac[eé]e?) en (?:attente|quarantaine)|recopier|requires that you
        (?:simply|einfach|simplement|bitte) (?:reply|antworten|r[eé]pond\w+).{0,12}(?:this|diese|
            ce) \w+
        absenderpr[uü]fung|v[eé]rification de l'exp|verify your e-?mail|verifica (?:del )?mittente
        (?:best[aä]tig|verif|confirm|v[eé]rif|conferm|pr[uü]f)\w*\b.{0,60}(?:absender|sender|
            exp[eé]diteur|mittente|mensch|human|humain|umano|link|robot|einmal)
        (?:klick|click|cliqu|clicc)\w*\b.{0,60}(?:link|lien|hier|here|ici|qui|best[aä]tig|confirm)
        (?:zur[uü]ckgehalten|held|retenu|trattenut|warteschlange|quarant|pending)\b
        (?:spam|junk)-?(?:schutz|filter|arrest|blocker|protection)|anti-?spam|captcha|whitelist|
            weisse liste|freigeschalte|erlaubte absender|approved sender
    """),
}  # fmt: skip

_SIDE: dict[str, re.Pattern[str]] = {
    # Thanks for the mail, and for patience.
    "thanks": any_of(rf"""
        (?:dank|danke|thanks|thank you|merci|grazie|ringrazi\w*|remerci\w*|gracias)\b.{{0,30}}
            (?:{_MAIL}|interesse|int[eé]r[eê]t|interest|kontakt\w*|contact\w*|contattat|
            verst[aä]ndnis|
            geduld|compr[eé]hension|comprensione|patience|pazienza|understanding|reaching|writing|
            patience|schreiben)
        (?:verst[aä]ndnis|geduld)\b|do not hesitate|h[eé]sitez pas
        (?:sch[oö]ne|frohe|erholsame|sonnige|besinnliche|joyeuses|bonnes|buone|happy|merry|
            alles gute|good)\b.{{0,60}}
    """),
    # Who stands in, and where to turn to.
    "deputy": any_of(r"""
        dringend|notfall|notf[aä]lle|unaufschiebbar|eilige?s?\b|dringlich|pikett|urgen[tczs]\w*|
            emergenc|imm[eé]diat\w*|nécessit[eé]|necessit[aà]
        (?:wenden|richten|kontaktieren|melden|schreiben|rufen|adressieren|senden|schicken)\b.{0,10}
            \bsie\b.{0,90}(?:\ban\b|\bbei\b|@|\d{3}|unter|zentrale|kolleg|sekretariat|nachfolg)
        (?:kontaktieren|erreichen|verwenden|benutzen|nutzen|ben[uü]tzen) sie\b
        (?:stell)?vertret|\bstv\b|\bi\.?v\.|nachfolg|hilft ihnen|helfen ihnen|steht ihnen|
            stehen ihnen|
            zust[aä]ndig|[uü]bernimmt|[uü]bernehmen|wahrgenommen|betreut
        (?:adress|contact|[eé]cri|appel|t[eé]l[eé]phon|joindre)\w*\b.{0,80}(?:@|\d{3}|coll[eè]gue|
            secr[eé]tariat|greffe|successeur|direction|administration|chancellerie|[aà] m\w+|au \d|
            centrale|service|vous|rempla)
        rempla[cç]|suppl[eé]|successeur|est [aà] votre disposition|successore|sostitu
        (?:rivolg|contatt|scriv|chiam|telefon|indirizz)\w*\b.{0,80}(?:@|\d{3}|colleg|segretari|
            cancelleria|a\b|al\b|alla\b)
        (?:contact|call|write to|e-?mail|reach|turn to|speak to|ring|
            get in touch with)\b.{0,80}(?:@|
            \d{3}|colleague|secretariat|office|desk|switchboard|team|deputy|assistant|my |mr|ms|dr)
        colleague|deputy|covering|in my absence|standing in|successor|will (?:be able to )?help you|
            can help|assist you
        (?:tel|telefon|t[eé]l|phone|mobile|natel|fax)\b\.?:?.{0,20}\d{2}
    """),
    # Until when, and the day of return.
    "back": any_of(rf"""
        (?:bis|ab|vom|von|seit|am|wieder|zur[uü]ck|r[uü]ckkehr|until|till|from|back|return\w*|since|
            through|jusqu\w*|d[eè]s|depuis|du|de retour|reviens|reprend\w*|rentre\w*|retour|fino|
            dal|
            al|dalla|da|rientr\w+|torno|torner[oò]|ritorn\w*|nuovamente|desde|hasta|a partir)\b
            .{{0,50}}{_DATE}
        wieder (?:erreichbar|da\b|im b[uü]ro|f[uü]r sie|anwesend|im einsatz|ge[oö]ffnet|im amt|
            zur[uü]ck)
        (?:re)?open|r[eé]ouvert|riapert|riapr|back in the office
        [oö]ffnungszeiten|heures d'ouverture|orari|opening hours|(?:mo|di|mi|do|fr|lun|
            mon)\s?[-–].{{0,20}}\d
    """),
    # Greetings at either end.
    "greeting": any_of(r"""
        ^(?:sehr geehrte|guten (?:tag|morgen|abend)|gr[uü]ezi|liebe|hallo|hello|dear|bonjour|madame|
            monsieur|mesdames|gentil\w*|egregi\w*|buongiorno|salve|cher|ch[eè]re|hi\b|
            salut)\b.{0,60}$
    """),
}  # fmt: skip
_WORTH = {
    "machine": 4, "fate": 3, "absent": 3, "gone": 3, "receipt": 3, "challenge": 3,
    "thanks": 1, "deputy": 2, "back": 1, "greeting": 0,
}  # fmt: skip

_QUESTION = re.compile(r"\?(?=\s|$|[\"»)])")
_WISH = any_of(r"""
    \b(?:ich|wir) bitten?\b|\bbitte (?:\S+ ){0,8}(?:streich|nehm|nehmt|schick|trag|
        meld\w* (?:sie )?(?:mich
        |uns|ihn|frau|herrn)\b|l[oö]sch|aufnehm|korrigier|pr[uü]f|entfern|zustell(?:en|t)?\b|
        teil\w* sie|lass|
        austrag|anmeld|abmeld|reservier|verschieb|liefer)
    \b(?:k[oö]nnten?|w[uü]rden?|d[uü]rften?) (?:sie|ich|wir|ihr|man)\b|darf ich|d[uü]rfen wir|
        k[oö]nnen wir
    (?:ich|wir) (?:m[oö]chten?|h[aä]tten?|br[aä]uchten?|brauchen?|suchen?|finden?|denken?|hoffen?|
        glauben?|
        nehmen? (?:gerne? )?(?:teil|an)|freuen?|danken? f[uü]r (?:die|den|das)|schlagen?|
        begr[uü]ssen?|
        schicken?|schicke|sende|liefern?|rufe|komme)\b
    pourriez|pouvez-vous|peut-on|pourrait-on|puis-je|je (?:souhaite|propose|trouve|pense|crois|
        vous prie de
        (?:me|bien|retirer|supprimer)|voudrais|participer|viendr)|souhaiterais|aimerai|voudri
    potreb|potrei|potete|vorrei|desider|gradir|vi prego di (?:cancell|togli|inviar|aggiung|mandar)|
        mi pu[oò]
    \b(?:could|would|can|may) (?:you|i|we)\b|i(?:'d| would) (?:like|love|be)|
        please (?:\S+ ){0,2}(?:send|
        remove|take|add|change|unsubscribe|delete|forward|include|stop|correct|let|put|keep)\b
    \b(?:ich (?:vertrete|antworte in|leite)|l[aä]sst (?:ausrichten|gr[uü]ssen)|(?:lo|
        la) sostituisco|i'm covering|
        i am covering|je (?:le|la) remplace|j'ai transmis|passed (?:this|it|your) |habe (?:es|
        ihre \w+|das) (?:an
        |weiter)|wir bieten|haha|parfait|perfetto|einverstanden|passt\b|d'accord|va bene|
        sounds good|
        nehmen? (?:gerne? )?teil|(?:rufe|schicke|sende|komme|bringe|liefere|schaue) ich\b|vegetar|
        (?:mit|pour|per|for) (?:\d|zwei|drei|deux|trois|due|
        tre) person)
    [:;]-?[)D]|d[eé]couvre|f[eé]licitation|bravo\b|ci (?:sentiamo|vediamo)|muss (?:mich|
        ich) .{0,20}(?:abmelden|
        entschuldigen)|schicke (?:ihnen|euch|die|das|den)|(?:our|my|with) (?:figures|comments|
        feedback|draft|
        remarks|answers?|contribution)|remarques|osservazioni|je vous (?:enverrai|envoie|rappelle)|
        umgezogen
    merci de (?:me|nous|bien|m'|retirer|supprimer|modifier|corriger)|veuillez (?:me|nous|retirer|
        supprimer|
        m'|noter|corriger|modifier)
""")  # fmt: skip


_WORDS = re.compile(r"[^\W\d_]{2,}")
# What people cite is not their own word, be it a machine's.
_CITED = re.compile(r"[«“„\"][^«»“”„\"]{12,}[»”“\"]")


class Reading(Struct, frozen=True):
    """What a note speaks of: the matters of machines, what they add, and what only people say."""

    core: frozenset[str]
    beside: frozenset[str]
    strange: int  # clauses that no machine is known to write
    asks: bool
    wishes: bool


def read(text: str) -> Reading:
    """Return what a text, on one line, speaks of."""
    core: set[str] = set()
    strange = 0
    for sentence in sentences(text):
        core |= {name for name, pattern in _CORE.items() if pattern.search(sentence)}
        strange += sum(1 for clause in _CLAUSE.split(sentence) if _is_strange(clause))
    return Reading(
        frozenset(core),
        frozenset(name for name, pattern in _SIDE.items() if pattern.search(text)),
        strange,
        _QUESTION.search(text) is not None,
        _WISH.search(text) is not None,
    )


def uncited(text: str) -> str:
    """Return a text without what it cites."""
    return _CITED.sub(" ", text)


def weight(reading: Reading) -> int:
    """Return what a reading is worth: the more, the surer a machine wrote it."""
    points = sum(_WORTH[name] for name in (*reading.core, *reading.beside))
    points -= 2 * min(reading.strange, 3)
    return points - 5 * reading.asks - 5 * reading.wishes


def is_core(text: str) -> bool:
    """Tell whether a text, such as a subject, speaks of what machines speak of."""
    return any(pattern.search(text) for pattern in _CORE.values())


def is_machine(line: str) -> bool:
    """Tell whether a line says that a machine wrote it."""
    return _CORE["machine"].search(line) is not None


def _is_strange(clause: str) -> bool:
    if len(_WORDS.findall(clause)) <= _SHORT:
        return False
    return not is_core(clause) and not any(p.search(clause) for p in _SIDE.values())


_SHORT = 3  # a name, a place; nobody says anything in fewer words


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [piece.strip() for piece in _SENTENCE.split(text) if piece.strip()]
