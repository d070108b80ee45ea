"""Decides what one mail to the envelope sender is, and whom and what it means."""

import re

import msgspec

from service.delivery.refusal import judge, reasons
from service.delivery.refusal.model import Refusal
from service.delivery.refusal.patterns import any_of
from service.events.bounce import prose, replies, report
from service.events.bounce.mime import Part, read
from service.events.bounce.model import Failure, Kind, Verdict
from service.kit.text import one_line

_SERVER = any_of(r"""
    mailer-?daemon|mail[ .-]?(?:delivery|system|er\b)|daemon|mdaemon|delivery|bounce
    post[ _]?master|mta\b|returned mail|internet mail|system ?administrator
    anti-?virus|virus-?(?:alert|warn|check|wall)\w*
    sns\.amazonaws|amavis|mailmarshal|mimesweeper|(?:virus|spam|mail|content)[ -]?(?:scanner|filter|
        gateway|guard)
""")
_SUBJECT = any_of(r"""
    undeliver|non-?delivery|deliver(?:y|able|ed)|returned|returning|failure|failed|rejected
    un?zustellbar|nicht zugestellt|zustell|unbekannter empf
    non remis|undelivrable|[eé]chec|mancat[ao] (?:consegna|recapito)|impossibile
    bounce|\bnd[nr]\b|\bdsn\b|status notification|message status|mail status report
    mail ?(?:system )?error|error sending|permanent error|transient
    problems? .{0,12}(?:deliver|mail)
    loop (?:alert|back)
    virus|(?:message|mail|nachricht|e-mail)\b.{0,20}(?:blocked|stopped|quarantin|blockiert|
        abgewiesen)|blocked (?:message|mail)
    user unknown|mailbox|warning: (?:message|could)|could not send|your message
""")
_BODY = any_of(r"""
    (?:could ?n[o']t|unable to|cannot|failed to|was not|not be|wasn't able to|konnte nicht|
        n'a pas pu|impossibile) .{0,60}(?:deliver|zugestell|zustell|remis|recapit|send|sent)
    delivery .{0,40}fail|delivery (?:status|to the following)|undeliver|unzustellbar|did not reach
    (?:zustellung|remise|consegna|delivery).{0,40}(?:verhindert|verweigert|abgelehnt|
        nicht m[oö]glich|
        refus|impossib|prevented|rifiut|denied)|was (?:stopped|blocked) by
    user unknown|permanent (?:fatal )?error|returned (?:to you|mail)|\b55[04]\s
    (?:address(?:es)?|recipients?) (?:failed|had)|error: invalid user address
    this is a(?:n automatically generated)? (?:delivery|permanent)
    "notificationtype\W+bounce
    transcript of session|duplicated message-id|loop back
""")
# What became of one mail, in the words of a gateway: of what becomes of all, absence notes speak.
_STOPPED = any_of(r"""
    (?:wurde|konnte|ist)\b.{0,90}?\b(?:nicht (?:\w+ )?(?:zugestellt|[uü]bermittelt|angenommen|
        weitergeleitet|ausgeliefert)|abgewiesen|zur[uü]ckgewiesen|abgelehnt|blockiert|gestoppt|
        gel[oö]scht|entfernt|zur[uü]ckgehalten|verworfen|in quarant[aä]ne)|\bblockierte[nr]?\b
    (?:was|has been)\b.{0,30}?\b(?:not delivered|blocked|rejected|stopped|removed|deleted|
        quarantined)
    (?:a [eé]t[eé]|n'a pas [eé]t[eé])\b.{0,30}?\b(?:remis|bloqu|refus|rejet|supprim)
    (?:[eè] stat[oa])\b.{0,30}?\b(?:bloccat|rifiutat|respint|consegnat|eliminat)
""")
_FORBIDDEN = "virusdetected"
_UNCLEAR = "undefined"
_NOTIFIED = {"complaint": Kind.COMPLAINT, "delivery": Kind.OTHER}
_VERP = re.compile(r"[bu]\+([a-z2-7]{16,62})@")
_UNSUBSCRIBE = re.compile(r"^\W*(?:list[- ])?unsubscribe\W*$", re.IGNORECASE)
# Codes so plain that they are believed of a mail that was damaged, too.
_PLAIN = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_REPLY_CODE = re.compile(r"(?<![\d.:/-])([45]\d\d)(?=[ \-#])(?!-\d)")
_LONGEST_TEXT = 20_000
_DEEPEST, _FEW, _BEGINNING, _LONGEST_WORDS, _MOST_JUDGED = 3, 3, 4_000, 500, 20


def classify(data: bytes) -> Verdict:
    """Return what these bytes are; anything can be asked, nothing raises."""
    mail = read(data)
    verdict = _judge(mail, 0)
    return msgspec.structs.replace(verdict, token=_token(mail), reporter=report.reporter(mail))


def _token(mail: Part) -> str:
    """Return the token of the envelope sender that the mail came back to (VERP: b+TOKEN@…)."""
    found = (_VERP.match(address) for address in sorted(_receivers(mail)))
    return next((match[1] for match in found if match), "")


def _judge(mail: Part, depth: int) -> Verdict:
    complained = report.complaint(mail)
    if complained is not None:
        said = report.feedback_type(mail)
        return Verdict(Kind.COMPLAINT, complained, reason="feedback", said=said)
    kind, named = report.notified(_text(mail))
    if kind in _NOTIFIED:
        return Verdict(_NOTIFIED[kind], named, reason=kind)
    failures = report.failures(mail)
    inner = None if failures or depth >= _DEEPEST else _carried(mail, depth)
    if inner and inner.recipients and not prose.failures(_text(mail), _receivers(mail)):
        return inner  # a report inside a report that names nobody itself
    if failures or _is_bounce(mail):
        return _bounced(mail, failures)
    if inner:
        return inner
    return _answer(mail)


def _answer(mail: Part) -> Verdict:
    if _UNSUBSCRIBE.match(mail.header("subject")) and (
        len(replies.own_text(mail).split()) <= _FEW or replies.is_automatic(mail)
    ):
        # A mail program's «unsubscribe» by mail; whoever writes more than that is read by people.
        senders = tuple(report.ADDRESS.findall(mail.header("from"))[:1])
        return Verdict(Kind.COMPLAINT, senders, reason="unsubscribe")
    return Verdict(_other_than_bounce(mail))


def _other_than_bounce(mail: Part) -> Kind:
    if replies.is_automatic(mail):
        return Kind.AUTO_REPLY
    written = mail.header("from") and any(p.kind.startswith("text/") for p in mail.walk())
    return Kind.HUMAN if written else Kind.OTHER


def _carried(mail: Part, depth: int) -> Verdict | None:
    """Return the verdict on a report that somebody forwarded as an attachment."""
    for part in mail.walk():
        if part.kind in {"message/rfc822", "message/global"} and part.parts:
            inner = _judge(part.parts[0], depth + 1)
            return inner if inner.reason else None
    return None


def _is_bounce(mail: Part) -> bool:
    """Tell a bounce without a report by two signs, one of them who wrote it or what about."""
    if mail.header("x-failed-recipients") or report.is_one(mail):
        return True
    server = _SERVER.search(mail.header("from")) is not None
    nobody = bool({"<>", ""} & set(mail.headers.get("return-path", ())))
    subject = _SUBJECT.search(mail.header("subject")) is not None
    body = _BODY.search(_text(mail)[:_BEGINNING]) is not None
    if server and (nobody or subject or body or _refuses(mail)):
        return True
    # People write about failed mails, too; few of them give the address.
    if subject and body and prose.failures(replies.own_text(mail), _receivers(mail)):
        return True
    return _is_stopped(mail)


def _is_stopped(mail: Part) -> bool:
    """Tell a gateway's note that it kept back a mail for what was attached, whoever sends it."""
    text = prose.own_words(_text(mail)[:_BEGINNING])
    told = _STOPPED.search(text) is not None and reasons.by_words(text) == _FORBIDDEN
    return told and replies.is_automatic(mail)


def _refuses(mail: Part) -> bool:
    """Tell whether a mail names somebody and a reason, in whatever words a server does so."""
    text = prose.own_words(_text(mail))
    told = prose.failures(text, _receivers(mail))
    return bool(told) and judge.judge(told[0].words, told[0].status, whole=text).reason != _UNCLEAR


def _text(mail: Part) -> str:
    texts = [p for p in mail.walk() if p.kind == "text/plain"]
    texts = texts or [p for p in mail.walk() if p.kind == "text/html"]
    return "\n".join(part.text for part in texts[:4])[:_LONGEST_TEXT]


def _bounced(mail: Part, failures: list[Failure]) -> Verdict:
    text = prose.own_words(_text(mail))
    told = failures or _told(mail, text, _receivers(mail))
    failed = [f for f in told if f.action not in {"delivered", "relayed", "expanded"}]
    if told and not failed:
        return Verdict(Kind.OTHER, _names(told), reason="delivered", status=told[0].status)
    failed = failed or [Failure("", "failed", "", text)]
    machine = bool(failures)
    shares = _shares(failed[:_MOST_JUDGED], text)
    judged = [_judged(f, t, machine=machine) for f, t in zip(failed, shares, strict=False)]
    late = failed[0].action == "delayed" or (not machine and prose.will_be_tried_again(text))
    whole = machine or _is_whole(mail)
    gone = [
        one
        for one, (_, refusal) in zip(failed, judged, strict=False)
        if refusal.hard and not late and (refusal.status in _PLAIN or (whole and one.firm))
    ]
    said, first = judged[0]
    code = _REPLY_CODE.search(said) or _REPLY_CODE.search(text)
    return Verdict(
        Kind.BOUNCE,
        _names(failed),
        first.class_,
        first.reason,
        hard=bool(gone),
        status=first.status,
        reply=code[1] if code else "",
        delayed=late,
        gone=_names(gone),
        said=_quoted(failed[0].words or said),
    )


def _shares(failed: list[Failure], text: str) -> list[str]:
    """Return for each recipient what the text says of it and of no other."""
    names = {f.recipient.lower() for f in failed}
    if len(names) == 1:
        return [text] * len(failed)
    return [prose.share(text, f.recipient, names) for f in failed]


def _judged(failure: Failure, text: str, *, machine: bool) -> tuple[str, Refusal]:
    """Return the words about one recipient, and what they mean; `text` is its share."""
    if not machine and not prose.says_more(failure.words):
        failure = msgspec.structs.replace(failure, words=text)
    said = _about(failure, text, machine=machine)
    return said, judge.judge(failure.words, failure.status, around=said, whole=text)


def _is_whole(mail: Part) -> bool:
    """Tell whether the text of a bounce can be believed to be all that its server wrote.

    Where the mail was cut off, the words may break off as well, before what they lead up to; and a
    report that has lost its machine-made part may have said there that the message is only late.
    """
    first = next((part for part in mail.walk() if part.kind.startswith("text/")), mail)
    ended = not first.cut or prose.own_words(_text(mail)) != _text(mail)
    return ended and not (report.is_one(mail) and (mail.cut or len(mail.parts) > 1))


def _quoted(words: str) -> str:
    """Return what a server said, fit to be shown on one line."""
    return one_line(words)[:_LONGEST_WORDS]


def _receivers(mail: Part) -> set[str]:
    """Return who got this bounce: not the failed recipient, unless there is no other."""
    names = ("to", "delivered-to", "x-original-to", "envelope-to")
    return {a.lower() for name in names for a in report.ADDRESS.findall(mail.header(name))}


def _told(mail: Part, text: str, ours: set[str]) -> list[Failure]:
    """Return the recipients that a bounce without a report names, in its header or its text."""
    told = prose.failures(text, ours)
    if named := report.ADDRESS.findall(mail.header("x-failed-recipients")):
        words = {f.recipient.lower(): f for f in told}
        strange = words.keys() - _receivers(mail)
        if strange and not any(a.lower() in text.lower() for a in named):
            return told  # it was passed on, and whoever did that put another address in
        return [words.get(a.lower(), Failure(a, "failed", "", text)) for a in named]
    return told or [Failure(a, "failed", "", text) for a in _addressed(mail, text, ours)]


def _addressed(mail: Part, text: str, ours: set[str]) -> list[str]:
    """Return to whom the returned message was sent, else whatever address the text has."""
    back = report.returned(mail) or prose.returned_headers(_text(mail))
    lines = [v for name in ("to", "x-rcpt-to", "envelope-to") for v in back.get(name, [])]
    names = [a for line in lines for a in report.ADDRESS.findall(line)]
    others = [a for a in names if a.lower() not in ours] or names
    return (others or report.ADDRESS.findall(text))[:1]


def _about(failure: Failure, text: str, *, machine: bool) -> str:
    """Return the words about one recipient: the report's, then the text's lines on it."""
    lines = text
    if machine and failure.recipient:
        spot = text.lower().find(failure.recipient.lower())
        lines = text[max(0, spot - 200) : spot + 900] if spot >= 0 else text
    return " ".join((f"{failure.words}\n{lines}" if machine else failure.words).split())


def _names(failures: list[Failure]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.recipient for f in failures if f.recipient))
