"""The files of the demo's news site, made of nothing: a one-page PDF and a quiet picture. Pure."""

import struct
import zlib

WIDTH, HEIGHT = 1200, 500
# Sky, hills, field: three bands that stand for any landscape.
_BANDS = ((0.45, b"\xdc\xe8\xec"), (0.7, b"\x9f\xb8\xa5"), (1.0, b"\x5f\x86\x6f"))


def pdf(title: str) -> bytes:
    """Return a page that says its title (PDF 1.4, the least that every reader opens)."""
    words = title.encode("cp1252", "replace").translate(None, b"()\\")
    drawn = b"BT /F 16 Tf 56 760 Td (" + words + b") Tj ET"
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    written, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        written + b"xref\n0 6\n0000000000 65535 f \n" + table
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(written)
    )  # fmt: skip


def picture() -> bytes:
    """Return a landscape (PNG)."""
    rows = bytearray()
    for line in range(HEIGHT):
        colour = next(c for until, c in _BANDS if line < until * HEIGHT)
        rows += b"\0" + colour * WIDTH
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
