"""Reads a file of members: bytes in, rows out, each with what it says or with what is wrong.

Takes CSV as spreadsheets write it: UTF-8, UTF-16 or Windows-1252, separated by semicolons, commas
or tabs, with German or English headings. It compares nothing with what is stored; `imports` does.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from service.audience import addresses
from service.audience.expression import CANTONS
from service.audience.model import LANGUAGES, OrganisationKind, RowFate
from service.kit.errors import Fault, Invalid
from service.kit.text import Text, msg, one_line, sort_key


class Line(msgspec.Struct, frozen=True):
    """One row of a file: what it says (None: nothing), or why it says nothing usable."""

    number: int
    raw: str
    fate: RowFate = RowFate.NEW
    why: tuple[Text, ...] = ()
    email: str | None = None
    label: str | None = None
    salutation: str | None = None
    language: str | None = None
    functions: tuple[str, ...] | None = None
    organisation: str = ""
    kind: OrganisationKind | None = None
    canton: str | None = None
    district: str | None = None
    bfs_nr: int | None = None
    population: int | None = None


class Sheet(msgspec.Struct, frozen=True):
    """A file as it was understood: encoding, separator, columns, functions, rows."""

    encoding: str
    separator: str
    columns: dict[str, str]
    functions: dict[str, str]
    lines: list[Line]


class Change(msgspec.Struct, frozen=True):
    field: str
    before: str
    after: str


class Import(msgspec.Struct, frozen=True):
    id: int
    file_name: str
    encoding: str
    separator: str
    columns: dict[str, str]
    functions: dict[str, str]
    uploaded_at: datetime
    uploaded_by: str
    applied_at: datetime | None
    applied_by: str
    receipt: dict[str, int] | None


class ImportRow(msgspec.Struct, frozen=True):
    """One row of a file with its fate, as the dry run shows it."""

    number: int
    fate: RowFate
    why: list[Text]
    changes: list[Change]
    email: str | None
    label: str | None
    organisation: str
    functions: list[str] | None
    raw: str


class FateCount(msgspec.Struct, frozen=True):
    fate: RowFate
    rows: int


Known = TypeVar("Known")

MOST_ROWS = 200_000
KEPT = timedelta(days=30)  # how long a file waits or is remembered
_SEPARATORS = ";\t,"
_LIMITS = {"organisation": 200, "label": 200, "salutation": 200, "district": 100}
_LARGEST = 10_000_000

# Our field → headings it is known by, in small letters without anything but letters.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "mail", "emailadresse", "mailadresse", "emailaddress"),
    "organisation": (
        "organisation", "mitglied", "gemeinde", "gemeindename", "institution", "stelle",
        "organization", "member", "municipality",
    ),
    "kind": ("art", "typ", "mitgliedart", "kind", "type"),
    "canton": ("kanton", "kt", "canton"),
    "district": ("bezirk", "district"),
    "bfs_nr": ("bfs", "bfsnr", "bfsnummer", "gemeindenummer", "bfsnumber"),
    "population": ("einwohner", "einwohnerzahl", "bevolkerung", "population", "inhabitants"),
    "first_name": ("vorname", "firstname"),
    "label": ("kontakt", "bezeichnung", "name", "nachname", "contact", "label", "lastname"),
    "salutation": ("anrede", "briefanrede", "salutation"),
    "language": ("sprache", "korrespondenzsprache", "language"),
    "functions": ("funktion", "funktionen", "function", "functions"),
}  # fmt: skip
_REQUIRED = {
    "email": msg("The column with the mail addresses is missing; it is headed “E-Mail”."),
    "organisation": msg("The column with the members is missing; it is headed “Mitglied”."),
}
_KINDS = {
    "gemeinde": OrganisationKind.MUNICIPALITY, "politischegemeinde": OrganisationKind.MUNICIPALITY,
    "stadt": OrganisationKind.MUNICIPALITY, "bezirk": OrganisationKind.DISTRICT,
    "kanton": OrganisationKind.CANTON, "kantonalestelle": OrganisationKind.CANTON,
    "amt": OrganisationKind.CANTON, "stadtischesdepartement": OrganisationKind.CITY_DEPARTMENT,
    "stadtischestelle": OrganisationKind.CITY_DEPARTMENT,
    "privateinstitution": OrganisationKind.PRIVATE_INSTITUTION,
    "institution": OrganisationKind.PRIVATE_INSTITUTION,
    "hilfswerk": OrganisationKind.PRIVATE_INSTITUTION,
    "geschaftsstelle": OrganisationKind.COMMITTEE_OFFICE, "andere": OrganisationKind.OTHER,
} | {kind.value.replace("_", ""): kind for kind in OrganisationKind}  # fmt: skip
_LANGUAGES = {
    "deutsch": "de", "german": "de", "franzosisch": "fr", "french": "fr", "francais": "fr",
    "italienisch": "it", "italian": "it", "italiano": "it", "englisch": "en", "english": "en",
} | {code: code for code in LANGUAGES}  # fmt: skip


def read(data: bytes) -> Sheet:
    """Return the rows of a file; raises Invalid where it cannot be a list of members at all."""
    text, encoding = _decoded(data)
    text, separator = _separated(text)
    rows = _rows(text, separator)
    number, heading = next(rows, (0, []))
    columns = _columns(heading)
    functions: dict[str, str] = {}
    seen: dict[str, int] = {}
    lines: list[Line] = []
    for number, cells in rows:
        if len(lines) >= MOST_ROWS:
            raise Invalid.of("file", msg("A file has at most %(most)s rows.", most=MOST_ROWS))
        line = _line(number, cells, heading, columns, functions)
        lines.append(_told_once(line, seen))
    if not lines:
        raise Invalid.of("file", msg("The file has a heading, but no rows below it."))
    named = {field: heading[index] for field, index in columns.items()}
    return Sheet(encoding, separator, named, functions, lines)


def short_name(title: str) -> str:
    """Return a title as a word for rules and addresses: «Runder Tisch» → «runder-tisch»."""
    spelt = title.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return re.sub(r"[^a-z0-9]+", "-", sort_key(spelt)).strip("-")


# The file


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Invalid.of(
            "file", msg("This is a workbook. In the spreadsheet choose “Save as”, then CSV.")
        )
    if not data.strip():
        raise Invalid.of("file", msg("The file is empty."))
    wide = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    if b"\0" in data and not data.startswith(wide):  # no text has a zero byte; pictures, PDF do
        raise Invalid.of(
            "file", msg("This is not a text file. In the spreadsheet choose “Save as”, then CSV.")
        )
    if data.startswith(wide):
        return data.decode("utf-16", "replace"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        # Windows-1252 contains all printable signs of Latin-1; its few holes are read as such.
        return data.decode("cp1252", "replace"), "Windows-1252"


def _separated(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    if announced := re.fullmatch(r"sep=([;,\t|])\r?", first, re.IGNORECASE):
        return rest, announced[1]
    bare = re.sub(r'"[^"]*"', "", first)
    return text, max(_SEPARATORS, key=bare.count)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not blank, with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid.of(
                "file",
                msg("Line %(line)s cannot be read: %(why)s", line=begins, why=str(error)),
            ) from error
        if any(cell.strip() for cell in cells):
            yield begins, cells


def _columns(heading: list[str]) -> dict[str, int]:
    """Return where each of our fields stands; raises Invalid naming every missing column."""
    plain = [re.sub(r"[^a-z]", "", sort_key(cell)) for cell in heading]
    found: dict[str, int] = {}
    for field, names in HEADINGS.items():
        index = next((plain.index(name) for name in names if name in plain), None)
        if index is not None:
            found[field] = index
    missing = [Fault("file", what) for field, what in _REQUIRED.items() if field not in found]
    if missing:
        read = ", ".join(one_line(cell)[:60] for cell in heading[:20] if cell.strip()) or "–"
        raise Invalid(
            [*missing, Fault("file", msg("The headings read were: %(read)s.", read=read))]
        )
    return found


# One row


def _told_once(line: Line, seen: dict[str, int]) -> Line:
    if line.fate is RowFate.REFUSED or line.email is None:
        return line
    first = seen.setdefault(line.email.lower(), line.number)
    if first == line.number:
        return line
    why = msg("The same address stands in line %(line)s.", line=first)
    return msgspec.structs.replace(line, fate=RowFate.DUPLICATE, why=(why,))


def _line(
    number: int,
    cells: list[str],
    heading: list[str],
    columns: Mapping[str, int],
    functions: dict[str, str],
) -> Line:
    raw = _written(cells)
    said = {f: cells[i] if i < len(cells) else "" for f, i in columns.items()}
    row = _Row(said, {field: heading[index] for field, index in columns.items()})
    if any(cell.strip() for cell in cells[len(heading) :]):
        row.faults.append(msg("This row has more cells than the heading."))
    line = Line(
        number=number,
        raw=raw,
        email=row.email(),
        organisation=row.words("organisation") or "",
        label=row.label(),
        salutation=row.words("salutation"),
        language=row.among("language", _LANGUAGES),
        functions=row.functions(functions),
        kind=row.among("kind", _KINDS),
        canton=row.canton(),
        district=row.words("district"),
        bfs_nr=row.number("bfs_nr", least=1),
        population=row.number("population"),
    )
    if not line.organisation:
        row.faults.append(msg("The member is missing."))
    if not row.faults:
        return line
    shown = one_line(said["email"])[:254]
    why = tuple(row.faults)
    return Line(number, raw, RowFate.REFUSED, why, shown, organisation=line.organisation)


class _Row:
    """The cells of one row by field; each reading returns None for an empty cell."""

    def __init__(self, cells: Mapping[str, str], headings: Mapping[str, str]) -> None:
        self._cells, self._headings = cells, headings
        self.faults: list[Text] = []

    def words(self, field: str) -> str | None:
        value = one_line(self._cells.get(field, ""))
        if len(value) > _LIMITS.get(field, 200):
            self.faults.append(msg("“%(start)s …” is too long.", start=value[:30]))
        return value or None

    def email(self) -> str | None:
        typed = self._cells["email"].strip(" \t\u00a0")
        if not typed:
            return None
        address, fault = addresses.plain(typed)
        if fault is not None:
            self.faults.append(fault)
        return address

    def label(self) -> str | None:
        names = (self.words("first_name"), self.words("label"))
        return " ".join(name for name in names if name) or None

    def among(self, field: str, known: Mapping[str, Known]) -> Known | None:
        value = self.words(field)
        if value is None:
            return None
        found = known.get(re.sub(r"[^a-z]", "", sort_key(value)))
        if found is None:
            heading = self._headings[field]
            self.faults.append(
                msg("“%(value)s” is not known under “%(heading)s”.", value=value, heading=heading)
            )
        return found

    def canton(self) -> str | None:
        value = self.words("canton")
        if value is not None and value.upper() not in CANTONS:
            self.faults.append(msg("“%(value)s” is no canton; write ZH, for example.", value=value))
        return value.upper() if value else None

    def number(self, field: str, least: int = 0) -> int | None:
        value = self.words(field)
        if value is None:
            return None
        digits = re.sub(r"['\u2019\s]", "", value)
        if not re.fullmatch(r"[0-9]{1,8}", digits) or not least <= int(digits) <= _LARGEST:
            self.faults.append(msg("“%(value)s” is no number.", value=value))
            return None
        return int(digits)

    def functions(self, known: dict[str, str]) -> tuple[str, ...] | None:
        """Return the functions' short names, and note the titles they were written with."""
        titles = [one_line(t) for t in re.split(r"[;,|\n]", self._cells.get("functions", ""))]
        found = {slug: title for title in titles if (slug := short_name(title))}
        for slug, title in found.items():
            known.setdefault(slug, title[:100])
        return tuple(sorted(found)) or None


def _written(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="").writerow(cells)
    return out.getvalue()[:4_000]
