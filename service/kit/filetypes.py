"""A document in words: what kind of file it is, and how large. Pure."""

_KINDS = {
    "application/pdf": "PDF",
    "application/msword": "Word",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template": "Word",
    "application/vnd.ms-excel": "Excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.ms-powerpoint": "PowerPoint",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.oasis.opendocument.presentation": "ODP",
    "application/rtf": "RTF",
    "text/csv": "CSV",
    "text/calendar": "iCal",
    "application/zip": "ZIP",
    "application/epub+zip": "EPUB",
}


def kind(media_type: str) -> str:
    """Return what people call a type of file; "" for one that has no name."""
    if media_type in _KINDS:
        return _KINDS[media_type]
    family, _, own = media_type.partition("/")
    return own.upper() if family in {"audio", "video", "image"} and len(own) < 6 else ""


def size(number: int | None, language: str) -> str:
    """Return a number of bytes as «340 kB» or «1,2 MB», "" where it is not known."""
    if not number:
        return ""
    if number < 1_000_000:
        return f"{max(round(number / 1000), 1)} kB"
    millions = f"{number / 1_000_000:.1f}".removesuffix(".0")
    return f"{millions if language == 'en' else millions.replace('.', ',')} MB"
