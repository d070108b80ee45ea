"""Whether bytes are a picture that a mail may carry: by what stands in them, never by their name.

Pure. A picture is kept as its publisher made it; what mail programs do not show is refused.
"""

import struct
from collections.abc import Iterator

from msgspec import Struct

from service.kit.errors import Invalid
from service.kit.text import Text, msg

MOST_BYTES = 5_000_000
SMALLEST, LARGEST = 40, 8000  # pixels a side
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}
# Start-of-frame markers of JPEG (ITU T.81, table B.1), and those that carry no length.
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_OF_THE_WEB = msg(
    "The picture is WebP or AVIF, which mail programs such as Outlook do not show."
    " The edition goes out without it."
)
_BARE = {0x01, *range(0xD0, 0xD9)}


class Shape(Struct, frozen=True):
    """What a picture is; the sides are pixels."""

    type: str
    width: int
    height: int


def inspect(body: bytes) -> Shape:
    """Return what a picture is; raises Invalid for what is none, or one that we do not take."""
    if len(body) > MOST_BYTES:
        raise _refused(msg("The picture is larger than %(limit)s MB.", limit=MOST_BYTES // 10**6))
    found = _png(body) or _gif(body) or _jpeg(body)
    if found is None and _is_of_the_web(body):
        raise _refused(_OF_THE_WEB)
    if found is None:
        raise _refused(msg("Only pictures in JPEG, PNG and GIF can be used in a mail."))
    if min(found.width, found.height) < SMALLEST:
        raise _refused(msg("The picture is too small."))
    if max(found.width, found.height) > LARGEST:
        raise _refused(msg("The picture has more than %(limit)s pixels a side.", limit=LARGEST))
    return found


def _refused(why: Text) -> Invalid:
    return Invalid.of("picture", why)


def _png(body: bytes) -> Shape | None:
    """Read the header chunk, which comes first (PNG, section 11.2.1)."""
    if not body.startswith(b"\x89PNG\r\n\x1a\n") or body[12:16] != b"IHDR" or len(body) < 24:
        return None
    return Shape("image/png", *struct.unpack(">II", body[16:24]))


def _gif(body: bytes) -> Shape | None:
    if body[:6] not in {b"GIF87a", b"GIF89a"} or len(body) < 10:
        return None
    return Shape("image/gif", *struct.unpack("<HH", body[6:10]))


def _is_of_the_web(body: bytes) -> bool:
    """Tell WebP (RFC 9649, section 2.4) and AVIF (ISO 14496-12, `ftyp`), shown by browsers only."""
    webp = body[:4] == b"RIFF" and body[8:12] == b"WEBP"
    return webp or (body[4:8] == b"ftyp" and body[8:12] in {b"avif", b"avis"})


def _jpeg(body: bytes) -> Shape | None:
    """Go from marker to marker to the frame that tells the sides (ITU T.81, annex B)."""
    if not body.startswith(b"\xff\xd8\xff"):
        return None
    for marker, at in _markers(body):
        if marker in _FRAMES and at + 7 <= len(body):
            height, width = struct.unpack(">HH", body[at + 3 : at + 7])
            return Shape("image/jpeg", width, height)
    return None


def _markers(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield each marker with the place of its length, up to the picture itself."""
    at = 2
    while at + 4 <= len(body) and body[at] == 0xFF:
        marker = body[at + 1]
        if marker in {0xD9, 0xDA}:
            return
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        yield marker, at + 2
        at += 2 + max(struct.unpack(">H", body[at + 2 : at + 4])[0], 2)
