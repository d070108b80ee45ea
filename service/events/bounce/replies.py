"""Knows automatic answers (absence notes, receipts) and tells them from what a person wrote."""

import re

from service.events.bounce.mime import Part
from service.events.bounce.patterns import any_of

# Said at the start of a subject, after any «Re:» or «AW:».
_SUBJECT = any_of(r"""
    auto(?:matic|mated|matische|matisch|matique|matica|matico)?[- ]?(?:reply|response|antwort|
        r[eé]ponse|risposta|answer|abwesen\w*)
    (?:risposta|r[eé]ponse) automati
    out[- ]of[- ](?:the[- ])?office|ooo\b|vacation
    (?:ich bin |i am |we are |i'm )?(?:away|on (?:vacation|leave|holiday))
    abwesen(?:d|heit)|ferien(?:abwesenheit|meldung)?\b|b[uü]ro geschlossen|nicht im (?:b[uü]ro|haus)
    absen(?:ce|t)\b|en (?:cong[eé]|vacances)|hors (?:du )?bureau|message d'absence
    assen(?:za|te)\b|fuori (?:sede|ufficio)|in ferie
    (?:eingangs|empfangs|lese)best[aä]tigung|accus[eé] de r[eé]ception
    conferma di (?:ricezione|lettura)|read receipt|gelesen:|read:
""")
_ANSWERED = re.compile(r"^\W*(?:(?:re|aw|antw(?:ort)?|fwd?|wg|tr|r|i)\s*:\s*)*", re.IGNORECASE)
_BODY = any_of(r"""
    (?:i am|i'm|we are|i will be|i'll be) (?:currently |presently |now )?(?:away|
        out of (?:the )?office|on (?:vacation|leave|holiday|annual|maternity|parental|sick|
        business)|not in the office|unavailable)
    (?:automatic|automated|auto) ?(?:reply|response|message|answer)
    this is an auto
    (?:ich bin|wir sind|bin ich|sind wir).{0,60}(?:abwesend|nicht (?:im b[uü]ro|erreichbar|
        anwesend|im haus)|in den ferien|im urlaub|ferienhalber|ausser haus|im mutterschafts|
        nicht mehr (?:bei|f[uü]r))
    (?:automatische|diese) (?:antwort|nachricht|mail).{0,40}(?:automatisch|generiert|erstellt)
    dies ist eine automatische
    automatische (?:antwort|abwesenheit|nachricht)
    (?:e-?mails?|nachrichten?) (?:werden|wird) (?:w[aä]hrend |
        in dieser zeit )?.{0,30}(?:nicht (?:weiter\w*|gelesen|bearbeitet))
    (?:ab dem|bis zum|ab|bis) \d.{0,40}wieder (?:erreichbar|da|im b[uü]ro|f[uü]r sie|anwesend)
    je suis (?:actuellement |pr[eé]sentement )?(?:absent|en (?:cong[eé]|vacances|d[eé]placement)|
        hors)
    (?:de retour|mon retour|absente? (?:du|jusqu))
    r[eé]ponse automatique
    ceci est un message automatique
    (?:sono|sar[oò]|siamo) (?:attualmente |momentaneamente )?(?:assente|fuori|in ferie|in vacanza|
        assenti)
    risposta automatica
    messaggio automatico
    rientr(?:o|er[oò])
    (?:ihre|deine) (?:e-?mail|nachricht|anfrage).{0,40}(?:ist (?:bei uns )?eingegangen|
        wurde empfangen|haben wir erhalten)
    we have received your (?:e-?mail|message|request)
    nous avons bien re[cç]u votre
""")
_RETURN_DATE = any_of(r"""
    (?:r[uü]ckkehr|zur[uü]ck|wieder|retour|return|back|until|bis|jusqu|fino al?|dal)\b.{0,40}\d
    \b(?:ab|bis|vom|du|from|until|dal|al) (?:dem |zum |the )?\d
""")
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
_LONG, _SHORT = 1_500, 700


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
        or (mail.kind == "multipart/report" and receipt)
    )


def _reads_so(mail: Part) -> bool:
    """Tell whether the words say it; a person who mentions an absence says more than that."""
    words = own_text(mail)
    said = _BODY.search(words) is not None
    subject = _ANSWERED.sub("", mail.header("subject"), count=1)
    if _SUBJECT.match(subject):
        return said or len(words) < _LONG
    unasked = mail.header("precedence").lower() in {"bulk", "junk"}
    dated = _RETURN_DATE.search(words) is not None
    return said and len(words) < _SHORT and (unasked or dated)


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
