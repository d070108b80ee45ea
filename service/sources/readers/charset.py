"""From bytes to text, by the order of trust: BOM, valid UTF-8, HTTP, prolog, detection, cp1252."""

import codecs
import re

import charset_normalizer

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PROLOG = re.compile(
    rb"""(?:<\?xml[^>]{0,200}?encoding\s*=\s*|<meta[^>]{0,200}?charset\s*=\s*)["']?([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
# What XML 1.0 forbids (section 2.2); publishers paste it from word processors.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(x[0-9a-f]+|\d+);", re.IGNORECASE | re.ASCII)
_EUROPEAN = ["cp1252", "mac_roman", "cp850"]
_SAMPLE = 64 * 1024
# The web calls Latin-1 what is Windows-1252 (WHATWG encoding standard).
_WEB_NAMES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}
# Not charsets of text, though Python knows codecs of these names.
_NOT_TEXT = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}


def decode(body: bytes, http_charset: str = "") -> str:
    """Return the text of `body`, without what XML forbids; it always finds some reading."""
    return _FORBIDDEN.sub("", _decode(body, http_charset))


def without_false_references(text: str) -> str:
    """Return markup without references to characters that do not exist; libraries stumble there."""
    return _REFERENCE.sub(lambda match: match.group(0) if _exists(match.group(1)) else "", text)


def _exists(reference: str) -> bool:
    digits = reference[1:] if reference[0] in "xX" else reference
    if len(digits.lstrip("0")) > 7:
        return False
    code = int(digits, 16 if digits is not reference else 10)
    return code <= 0x10FFFF and not _FORBIDDEN.match(chr(code))


def without_declaration(text: str) -> str:
    """Return XML text without its declaration, whose encoding is no longer true."""
    return _XML_DECLARATION.sub("", text, count=1)


def _decode(body: bytes, http_charset: str) -> str:
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    if body.startswith((b"<\0", b"{\0", b"[\0")):
        return body.decode("utf-16-le", "replace")
    if body.startswith((b"\0<", b"\0{", b"\0[")):
        return body.decode("utf-16-be", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        nearly = error.start
    return _legacy(body, http_charset, nearly)


def _legacy(body: bytes, http_charset: str, valid_until: int) -> str:
    declared = _PROLOG.search(body[:2048])
    named = [http_charset, declared.group(1).decode("ascii", "replace") if declared else ""]
    for name in filter(None, named):
        if (codec := _known(name)) == "utf-8":
            # It says UTF-8 and almost is: one broken byte shall not turn every umlaut.
            if _mostly_utf8(body, valid_until):
                return body.decode("utf-8", "replace")
        elif codec:
            return body.decode(codec, "replace")
    if _mostly_utf8(body, valid_until):
        return body.decode("utf-8", "replace")
    # Asked about any charset it takes a few umlauts for Chinese; these are what Europe wrote in.
    found = charset_normalizer.from_bytes(body[:_SAMPLE], cp_isolation=_EUROPEAN).best()
    if found is not None and (codec := _known(found.encoding)):
        return body.decode(codec, "replace")
    return body.decode("cp1252", "replace")


def _mostly_utf8(body: bytes, valid_until: int) -> bool:
    if valid_until > len(body) - 4:
        return True
    sample = body[:_SAMPLE].decode("utf-8", "replace")
    foreign = sum(1 for c in sample if c > "\x7f")
    return sample.count("\ufffd") * 4 <= foreign


def _known(name: str) -> str:
    """Return Python's name of a text charset, "" for one that it does not have."""
    wanted = _WEB_NAMES.get(name.strip().lower(), name.strip())
    try:
        info = codecs.lookup(wanted)
    except (LookupError, ValueError):
        return ""
    if info.name in _NOT_TEXT or not getattr(info, "_is_text_encoding", True):
        return ""
    return info.name
