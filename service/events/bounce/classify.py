"""Decides what one mail to the envelope sender is, and whom and what it means."""

import re

import msgspec

from service.events.bounce import prose, reasons, replies, report
from service.events.bounce.mime import Part, read
from service.events.bounce.model import Class, Failure, Kind, Verdict
from service.events.bounce.patterns import any_of
from service.kit.text import one_line

_SERVER = any_of(r"""
    mailer-?daemon|mail[ .-]?(?:delivery|system|er\b)|daemon|mdaemon|delivery|bounce
    post[ _]?master|mta\b|returned mail|internet mail|system ?administrator
    sns\.amazonaws
""")
_SUBJECT = any_of(r"""
    undeliver|non-?delivery|deliver(?:y|able|ed)|returned|returning|failure|failed|rejected
    un?zustellbar|nicht zugestellt|zustell|unbekannter empf
    non remis|undelivrable|[eé]chec|mancat[ao] (?:consegna|recapito)|impossibile
    bounce|\bnd[nr]\b|\bdsn\b|status notification|message status|mail status report
    mail ?(?:system )?error|error sending|permanent error|transient
    problems? .{0,12}(?:deliver|mail)
    user unknown|mailbox|warning: (?:message|could)|could not send|your message
""")
_BODY = any_of(r"""
    (?:could ?n[o']t|unable to|cannot|failed to|was not|not be|wasn't able to|konnte nicht|
        n'a pas pu|impossibile) .{0,60}(?:deliver|zugestell|zustell|remis|recapit|send|sent)
    delivery .{0,40}fail|delivery (?:status|to the following)|undeliver|unzustellbar|did not reach
    user unknown|permanent (?:fatal )?error|returned (?:to you|mail)|\b55[04]\s
    (?:address(?:es)?|recipients?) (?:failed|had)|error: invalid user address
    this is a(?:n automatically generated)? (?:delivery|permanent)
    "notificationtype\W+bounce
    transcript of session
""")
_VERP = re.compile(r"[bu]\+([a-z2-7]{16,62})@")
_UNSUBSCRIBE = re.compile(r"^\W*(?:list[- ])?unsubscribe\W*$", re.IGNORECASE)
_REPLY_CODE = re.compile(r"(?<![\d.:/-])([45]\d\d)(?=[ \-#])(?!-\d)")
_DEEPEST, _BRIEF, _BEGINNING, _LONGEST_WORDS = 3, 200, 4_000, 500
# When the refusal came, as the programs write it: Postfix, Exim, Sendmail, qmail, Yahoo and others.
_MAIL = any_of(r"""
    in reply to mail from
    after mail from
    >>> mail from:?[^<]*<[^>]*> ?<<< [45]
""")
_RCPT = any_of(r"""
    in reply to rcpt
    after rcpt to
    >>> rcpt to:?[^<]*<[^>]*> ?<<< [45]
    \[?rcpt_to\]
    smtp:rcpt
    following rcpt
    does not like recipient
""")
_DATA = any_of(r"""
    in reply to (?:end of )?data
    after (?:end of )?data
    after i sent the message
    >>> (?:data|\.) <<< [45]
""")
_NAMED = re.compile(r"550 <?[\w.+-]+@")
# Words that only a server uses which has looked the mailbox up itself; those that answer what they
# dislike with «user unknown» do so in English.
_SURE = any_of(r"""
    unrouteable address
    unknown local.part
    invalid final delivery
    unknown recipient
    invalid user address
    recipient name is not recogni
    (?:ofr|lpn)_?(?:007_)?416
    (?:adresse|benutzer|empf[aä]nger|indirizzo)\b[^.;]{0,50}?(?:existiert nicht|unbekannt|
        introuvable|nicht gefunden|n'existe|non esiste|gibt es .{0,20}nicht)
    \bwurde (?:in|bei|unter) \S+ nicht gefunden
    delivery error: dd this user doesn't have
    \b542 \S{1,90}@\S{1,90} rejected
    5\.4\.1 .{0,80}recipient address rejected: access denied
""")


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
    failures = report.failures(mail)
    if failures or _is_bounce(mail):
        return _bounced(mail, failures)
    if depth < _DEEPEST and (inner := _carried(mail, depth)):
        return inner
    if _UNSUBSCRIBE.match(mail.header("subject")) and len(replies.own_text(mail)) < _BRIEF:
        # A mail program's «unsubscribe» by mail; whoever sent it wants no more.
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
            return inner if inner.kind in {Kind.BOUNCE, Kind.COMPLAINT} else None
    return None


def _is_bounce(mail: Part) -> bool:
    """Tell a bounce without a report by two signs, one of them who wrote it or what about."""
    content = (mail.headers.get("content-type") or [""])[0].lower()
    if mail.header("x-failed-recipients") or "delivery-status" in content:
        return True
    server = _SERVER.search(mail.header("from")) is not None
    nobody = bool({"<>", ""} & set(mail.headers.get("return-path", ())))
    subject = _SUBJECT.search(mail.header("subject")) is not None
    body = _BODY.search(_text(mail)[:_BEGINNING]) is not None
    return (server and (nobody or subject or body)) or (subject and body)


def _text(mail: Part) -> str:
    texts = [p for p in mail.walk() if p.kind == "text/plain"]
    texts = texts or [p for p in mail.walk() if p.kind == "text/html"]
    return "\n".join(part.text for part in texts[:4])


def _bounced(mail: Part, failures: list[Failure]) -> Verdict:
    text = prose.own_words(_text(mail))
    told = failures or _told(mail, text, _receivers(mail))
    failed = [f for f in told if f.action not in {"delivered", "relayed", "expanded"}]
    if told and not failed:
        return Verdict(Kind.OTHER, _names(told), reason="delivered", status=told[0].status)
    first = failed[0] if failed else Failure("", "failed", "", text)
    said = _about(first, text, machine=bool(failures))
    reason = _reason(first, said, text)
    status = _status(first, said)
    code = _REPLY_CODE.search(said) or _REPLY_CODE.search(text)
    return Verdict(
        Kind.BOUNCE,
        _names(failed),
        reasons.CLASSES.get(reason, Class.UNKNOWN),
        reason,
        hard=reason in reasons.HARD and not status.startswith("4") and first.action != "delayed",
        status=status,
        reply=code[1] if code else "",
        delayed=first.action == "delayed",
        said=_quoted(first.words or said),
    )


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


def _reason(failure: Failure, said: str, text: str) -> str:
    """Return why: what the words say, else what the code says, held against when it was said."""
    status = _status(failure, said)
    reason = reasons.by_words(failure.words) or _unless_vague(status) or reasons.by_words(said)
    reason = reason or reasons.by_status(status) or reasons.by_words(text)
    reason = reason or reasons.by_vague_words(f"{said} {text}")
    if reason == "suspend" and status == "5.1.1":
        reason = "userunknown"
    if reason in reasons.HARD and _MAIL.search(said):
        return "rejected"
    if reason == "userunknown" and not _is_sure(status, said):
        return "filtered"
    return reason or "undefined"


def _unless_vague(status: str) -> str:
    return "" if reasons.is_vague(status) else reasons.by_status(status)


def _is_sure(status: str, said: str) -> bool:
    """Tell whether an unknown user is beyond doubt: by its code, or because RCPT was refused.

    Some filters answer «user unknown» after the content to whomever they dislike; a member must not
    be lost to them.
    """
    if reasons.by_status(status) == "userunknown" or _SURE.search(said):
        return True
    at_rcpt, at_data = _RCPT.search(said), _DATA.search(said)
    if at_rcpt:
        # Sendmail goes on to DATA after it was refused; what came first is what counts.
        return at_data is None or at_rcpt.start() < at_data.start()
    return at_data is None and status == "5.0.0" and _NAMED.match(said) is not None


def _status(failure: Failure, said: str) -> str:
    if failure.status and not failure.status.endswith(".0.0"):
        return failure.status
    found = report.STATUS.search(said)
    return found[1] if found else failure.status


def _names(failures: list[Failure]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.recipient for f in failures if f.recipient))
