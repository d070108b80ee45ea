"""Knows automatic answers (absence notes, receipts) and tells them from what a person wrote."""

import re

from service.delivery.refusal.patterns import any_of
from service.events.bounce.mime import Part

# Said at the start of a subject, after any «Re:» or «AW:».
_SUBJECT = any_of(r"""
    auto(?:matic|mated|matisch\w*|matique|matica|matico)?[- ]?(?:\w+ )?(?:reply|response|
        (?:r[uü]ck)?antwort|r[eé]ponse|risposta|answer|abwesen\w*)
    auto ?:
    (?:risposta|r[eé]ponse|message|messaggio|ceci est une? \w+) automati
    out[- ]of[- ](?:the[- ])?office|ooo\b|vacation (?:reply|notice|message)
    (?:ferien)?abwesenheits?\w+|ferienabwesenheit|message d'absence
    (?:eingangs|empfangs|lese)best[aä]tigung|accus[eé] de r[eé]ception
    conferma di (?:ricezione|lettura)|read receipt|gelesen:|read:
""")
# People write so as well, about something else.
_LIKELY_SUBJECT = any_of(r"""
    ^(?:ich bin |i am |we are |i'm )?(?:away|on (?:vacation|leave|holiday)|vacation|in den ferien)
    \b\w*abwesen(?:d|heit)\b
    ^ferien(?:meldung)?\b|^b[uü]ro geschlossen|^nicht im (?:b[uü]ro|haus)
    ^absen(?:ce|t)\b|^en (?:cong[eé]|vacances)|^hors (?:du )?bureau
    ^assen(?:za|te)\b|^fuori (?:sede|ufficio)|^in ferie
""")
_ANSWERED = re.compile(r"^\W*(?:(?:re|aw|antw(?:ort)?|fwd?|wg|tr|r|i)\s*:\s*)*", re.IGNORECASE)
_ADMITS = any_of(r"""
    this is an auto(?:matic|mated|matically)?\b
    (?:is|was) an? (?:automatic|automated|auto)[ -]?(?:reply|response|message|answer)
    dies ist eine automatische
    (?:nachricht|antwort|mail) (?:wurde|wird|ist) automatisch (?:\w+ )?(?:generiert|
        erstellt|versandt)
    ceci est une? (?:message|r[eé]ponse|courriel) automatique
    questo [eè] un (?:messaggio|e-?mail) automatic|questa [eè] una risposta automatica
""")
_BODY = any_of(r"""
    (?:i am|i'm|we are|i will be|i'll be) (?:currently |presently |now )?(?:away|
        out of (?:the )?office|on (?:vacation|leave|holiday|annual|maternity|parental|sick|
        business)|not in the office|unavailable|travelling)
    \bi no longer work|je ne travaille plus|non lavoro pi[uù]|arbeite nicht mehr
    (?:automatic|automated|auto) ?(?:reply|response|message|answer)
    (?:ich bin|wir sind|bin ich|sind wir|ich befinde mich).{0,60}(?:abwesend|nicht (?:im b[uü]ro|
        erreichbar|anwesend|im haus)|in den ferien|im urlaub|ferienhalber|ausser haus|
        mutterschafts|beurlaubt|auf dienstreise|nicht mehr (?:bei|f[uü]r)|nur telefonisch)
    \bbin (?:am|ab|bis|auf) .{0,30}(?:zur[uü]ck|abwesend|dienstreise)
    automatische (?:antwort|abwesenheit|nachricht)
    wieder (?:erreichbar|da\b|im b[uü]ro|f[uü]r sie|anwesend)
    je (?:suis|serai) (?:actuellement |pr[eé]sentement )?(?:absent|en (?:cong[eé]|vacances|
        d[eé]placement)|hors|de retour)
    (?:de retour|mon retour|absente? (?:du|jusqu))
    r[eé]ponse automatique|message automatique
    (?:sono|sar[oò]|siamo) (?:attualmente |momentaneamente )?(?:assente|fuori|in ferie|in vacanza|
        in congedo|assenti)
    non sono in ufficio
    (?:risposta|messaggio) automatic
    (?:b[uü]ros?|verwaltung|sekretariat|office|bureau|ufficio)\b.{0,70}\b(?:geschlossen|closed|
        ferm[eé]|chius[oa])
""")
# What a machine says in place of an answer, and a person seldom does.
_CANNED = any_of(r"""
    (?:ihre|deine) (?:e-?mail|nachricht|anfrage|meldung).{0,40}(?:ist (?:bei uns )?eingegangen|
        wurde empfangen|haben wir erhalten)
    wir haben (?:ihre|deine) (?:e-?mail|nachricht|anfrage) erhalten
    we have received your (?:e-?mail|message|request)
    nous avons bien re[cç]u votre (?:message|courriel|demande|mail)
    abbiamo ricevuto (?:il suo|la sua|il vostro|la vostra)
    (?:dank|thanks|thank you|merci|grazie) (?:f[uü]r|for|pour|per) (?:ihr\w*|your|votre|il suo|
        la sua)\s(?:nachricht|e?-?mail|message|messaggio|kontaktaufnahme|anfrage|courriel)
""")
_DEFLECTS = any_of(r"""
    in dringenden f[aä]llen|wenden sie sich|vertretung\s*:|stellvertretung (?:ist|hat|:)
    (?:nicht|keine) (?:automatisch )?(?:weitergeleitet|gelesen|bearbeitet)
    (?:in case of|for) (?:emergenc|urgent)|please contact
    en cas d'urgence|veuillez (?:contacter|[eé]crire|vous adresser)
    per urgenze|in caso di urgenza|rivolgersi
""")
_RETURN_DATE = any_of(r"""
    (?:r[uü]ckkehr|zur[uü]ck|wieder|retour|return|back|until|bis|jusqu|fino al?|dal|rientr\w+)
        \b.{0,40}\d
    \b(?:ab|bis|vom|du|from|until|dal|al) (?:dem |zum |the )?\d
""")
_ASKS = re.compile(r"\?(?=\s|$)")
_QUOTED = any_of(r"""
    ^\s*(?:>|-{3,}|von: |from: |de : |am .{5,60} schrieb|on .{5,80} wrote|le .{5,60} a [eé]crit|
        il .{5,60} ha scritto)
""")
_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-cron-env",
)
_NOBODY = re.compile(r"\b(?:no|do[-_.]?not)[-_.]?reply\b[^@\s]*@", re.IGNORECASE)
_LONG, _SHORT = 1_500, 700
_ENOUGH = 2


def is_automatic(mail: Part) -> bool:
    """Tell whether a mail that is no bounce was written by a machine."""
    return _says_so(mail) or _reads_so(mail)


def _says_so(mail: Part) -> bool:
    """Tell whether the headers say it (RFC 3834, and what programs wrote before it)."""
    submitted = mail.header("auto-submitted").lower()
    precedence = f"{mail.header('precedence')} {mail.header('x-precedence')}".lower()
    receipt = "disposition-notification" in mail.header("content-type").lower()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or any(mail.header(name) for name in _HEADERS)
        or "auto_reply" in precedence
        or "auto-reply" in precedence
        or "vacation" in mail.header("x-mailer").lower()
        or _NOBODY.search(mail.header("from")) is not None
        or (mail.kind == "multipart/report" and receipt)
    )


def _reads_so(mail: Part) -> bool:
    """Tell whether the words say it; a person who mentions an absence says more than that."""
    words = own_text(mail)
    absent = _BODY.search(words) is not None
    subject = _ANSWERED.sub("", mail.header("subject"), count=1)
    signs = (
        (3, _SUBJECT.match(subject) is not None),
        (1, _LIKELY_SUBJECT.search(subject) is not None),
        (3, _ADMITS.search(words) is not None),
        (1, absent),
        (1, _CANNED.search(words) is not None),
        (1, _DEFLECTS.search(words) is not None),
        (1, absent and _RETURN_DATE.search(words) is not None),
        (1, mail.header("precedence").lower() in {"bulk", "junk"}),
        # Machines do not ask, and are brief.
        (-2, _ASKS.search(words) is not None),
        (-2, _ASKS.search(subject) is not None),
        (-1, len(words) > _SHORT),
        (-2, len(words) > _LONG),
    )
    return sum(points for points, holds in signs if holds) >= _ENOUGH


def own_text(mail: Part) -> str:
    """Return what a mail says itself, up to what it quotes."""
    texts = [p.text for p in mail.walk() if p.kind == "text/plain"]
    texts = texts or [p.text for p in mail.walk() if p.kind == "text/html"]
    own = []
    for line in (texts[0] if texts else "").split("\n"):
        if _QUOTED.match(line):
            break
        own.append(line.strip())
    return " ".join(" ".join(own).split())
