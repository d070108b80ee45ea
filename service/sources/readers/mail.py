"""A mail that somebody sent or forwarded to a source's secret address, as an entry with its files.

Forwarding leaves a wrapper around what was written first: it is taken off, in German, French,
Italian and English. Who forwarded, and the addresses of both, are not kept.
"""

import email
import email.policy
import hashlib
import html
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage, MIMEPart

from service.kit.text import msg, normalise, one_line
from service.sources.model import Document, Entry, Reading, Unreadable
from service.sources.readers import charset, config, dates, enclosures, html_list, wording
from service.sources.readers.forwarding import Unwrapped, bare_subject, unwrap

MOST_FILES, FILE_BYTES = 20, 10_000_000
_LONGEST = 400_000
_BREAK = "\u2029"  # ends a paragraph while markup is taken apart
_LAYOUT = re.compile(
    r"</?(?:table|tbody|thead|tfoot|tr|td|th|div|center|section|article|header|footer|main|html|body)\b"
    r"[^<>]*>",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"</?(?:p|ul|ol|li|h[1-6]|blockquote|pre|hr)\b[^<>]*>", re.IGNORECASE)
_HOLDS_WORDS = re.compile(r"<(?:h[1-6]|li|pre)\b", re.IGNORECASE)
_LINE = re.compile(r"<br\b[^<>]*>|\n", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|max-height\s*:\s*0|font-size\s*:\s*[01]px|visibility\s*:\s*hidden"
)
_SIGNATURE = re.compile(r"^--\s*$")
# How letters begin and end: what stands between is the news. A greeting is a line of its own.
_GREETING = re.compile(
    r"(?:guten (?:tag|morgen|abend)|grüezi|hallo|liebe[rs]?|sehr geehrter?|werter?|bonjour|madame|"
    r"mesdames|messieurs|monsieur|chère?s?|buongiorno|gentil[ei]|egregi[oa]?|"
    r"car[ei] (?:colleg|amic|tutt)\w*|dear|hello)\b"
    r"[^.:;?]{0,80}[,!]?$",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"(?:mit )?(?:freundliche|beste|herzliche|liebe|viele)[nr]? gr(?:ü|ue)(?:ss|ß)"
    r"|meilleures salutations|(?:bien )?cordialement|(?:veuillez )?(?:agréer|recevoir)\b|"
    r"(?:cordiali|distinti) saluti|(?:kind|best|warm) regards|yours (?:sincerely|faithfully)",
    re.IGNORECASE,
)
# Python's own reader of addresses goes one call deeper with every bracket; these only look.
_BRACKETED = re.compile(r"([^<>]*)<([^<>]*)>")
_BARE = re.compile(r"[^\s@<>()\",;]{1,64}@[^\s@<>()\",;]{1,255}")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")


def read(body: bytes, language: str, now: datetime) -> Reading:
    """Return the one entry that a mail is; raises Unreadable for what is no mail."""
    mail = _inner(_parsed(body))
    if not any(name in mail for name in ("from", "subject", "date")):
        raise Unreadable(msg("This is not a mail."))
    found = unwrap(_lines(mail))
    sender = found.sender or one_line(_header(mail, "from"))
    title = wording.line(
        html.escape(bare_subject(found.subject or _header(mail, "subject")), quote=False)
    )
    content = wording.tidy("".join(_paragraphs(found)), "")
    teaser = _news(wording.teaser(content))
    documents = _documents(mail)
    title = title or wording.headline(teaser, documents[0].title if documents else "")
    if not title:
        raise Unreadable(msg("The mail is empty."))
    published = dates.first([found.date, _header(mail, "date")], now)
    entry = Entry(
        id=_identity(mail, body),
        url="",
        title=title,
        summary=teaser,
        content=content,
        language=wording.language(language, f"{title} {teaser}"),
        published=published.at,
        precision=published.precision,
        documents=[*enclosures.in_content(content), *documents],
        sender=_name(sender),
        via=_via(mail, sender),
    )
    return Reading(entries=[entry])


def _parsed(body: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(body.lstrip(b"\r\n"), policy=email.policy.default)
    if not isinstance(parsed, EmailMessage):
        raise Unreadable(msg("This is not a mail."))
    return parsed


def _inner(mail: EmailMessage) -> EmailMessage:
    """Return the mail that was forwarded as an attachment, if there is exactly one."""
    carried = [part for part in mail.walk() if part.get_content_type() == "message/rfc822"]
    if len(carried) != 1 or mail.get_content_type() == "multipart/report":
        return mail
    payload = carried[0].get_payload()
    inside = payload[0] if isinstance(payload, list) and payload else None
    return inside if isinstance(inside, EmailMessage) else mail


def _header(mail: EmailMessage, name: str) -> str:
    """Return a header's words, "" where it is missing or too broken to be read."""
    try:
        return one_line(str(mail.get(name) or ""))[:2000]
    except Exception:  # noqa: BLE001 - the parser stumbles over many a broken header
        return ""


def _lines(mail: EmailMessage) -> list[str]:
    """Return the body as lines of markup; an empty one ends a paragraph."""
    rich, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    if rich is not None and (words := _text(rich)).strip():
        return _of_markup(words[:_LONGEST])
    text = _text(plain) if plain is not None else ""
    return [_linked(line) for line in _without_signature(normalise(text[:_LONGEST]).split("\n"))]


def _text(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    return charset.decode(raw, str(part.get_content_charset() or ""))


def _of_markup(markup: str) -> list[str]:
    """Take a newsletter's tables apart into lines; what its readers do not see is left out."""
    tree = html_list.parse(f"<div>{markup}</div>")
    for part in config.select(tree, "[style]"):
        if _HIDDEN.search(part.get("style", "").lower()) and part.getparent() is not None:
            part.drop_tree()
    seen = html_list.markup(tree)
    flat = " ".join(seen.split())
    flat = _BLOCK.sub(lambda found: _BREAK + found.group(0) + _BREAK, _LAYOUT.sub(_BREAK, flat))
    lines: list[str] = []
    for paragraph in flat.split(_BREAK):
        lines += [line.strip() for line in _LINE.split(paragraph)]
        lines.append("")
    return lines


def _without_signature(lines: list[str]) -> list[str]:
    at = next((n for n, line in enumerate(lines) if n and _SIGNATURE.match(line)), len(lines))
    return lines[:at]


def _news(teaser: str) -> str:
    """Return the lines between greeting and farewell; all of them where nothing stands between."""
    lines = teaser.split("\n")
    if _GREETING.match(lines[0]):
        lines = lines[1:]
    ends = (at for at, line in enumerate(lines) if _FAREWELL.match(line))
    return "\n".join(lines[: next(ends, None)]) or teaser


def _linked(line: str) -> str:
    """Return a line of plain text as markup, its web addresses as links."""
    escaped = html.escape(line.strip(), quote=False)
    return _ADDRESS.sub(lambda found: f'<a href="{found.group(0)}">{found.group(0)}</a>', escaped)


def _paragraphs(found: Unwrapped) -> Iterator[str]:
    """Yield paragraphs of markup; block elements stand on lines of their own."""
    held: list[str] = []
    around = ""
    for line in [*found.lines, ""]:
        block = bool(_BLOCK.fullmatch(line))
        if held and (block or not line):
            words = "<br>".join(held)
            yield words if _HOLDS_WORDS.match(around) else f"<p>{words}</p>"
            held = []
        if block:
            around = line
            yield line
        elif line:
            held.append(line)


def _documents(mail: EmailMessage) -> list[Document]:
    """Return the files that a mail carries, but for pictures that stand in its text."""
    found = []
    for part in mail.walk():
        if part.is_multipart() or part.get_content_disposition() != "attachment":
            continue
        payload = part.get_payload(decode=True)
        body = payload if isinstance(payload, bytes) else b""
        kind = part.get_content_type()
        if not body or len(body) > FILE_BYTES or kind in _OWN:
            continue
        name = one_line(part.get_filename() or "")[:200] or str(msg("Attachment"))
        typed = enclosures.document_type(f"x:/{name}")
        found.append(Document("", name, typed or kind, len(body), body))
    return found[:MOST_FILES]


# What a mail carries about itself: signatures, calendars of the invitation's own.
_OWN = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}


def _identity(mail: EmailMessage, body: bytes) -> str:
    named = _header(mail, "message-id").strip("<> ")
    return named[: wording.IDENTITY] or hashlib.sha256(body).hexdigest()


def _name(sender: str) -> str:
    name, address = _parted(sender)
    return one_line(name or address.rpartition("@")[2] or sender)[:200]


def _parted(sender: str) -> tuple[str, str]:
    """Return name and address of whoever wrote, "" for what is not told."""
    if found := _BRACKETED.search(sender):
        name, address = found.groups()
    else:
        bare = _BARE.search(sender)
        address = bare[0] if bare else ""
        name = sender.replace(address, " ") if bare else sender
    return one_line(re.sub(r"[\"()\\]", " ", name)), address.strip()


def _via(mail: EmailMessage, sender: str) -> str:
    """Return where mails like this come from: the list's name, else the sender's domain."""
    listed = re.search(r"<([^<>\s]+)>", _header(mail, "list-id"))
    if listed is not None:
        return listed.group(1).lower()[:200]
    posted = re.search(r"<mailto:([^<>\s?]+)", _header(mail, "list-post"), re.IGNORECASE)
    address = posted.group(1) if posted else _parted(sender)[1]
    return address.rpartition("@")[2].lower()[:200]
