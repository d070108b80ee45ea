"""A file of members as it comes from a spreadsheet: what is read, what is refused, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.audience import importing
from service.audience.model import OrganisationKind, RowFate
from service.kit.errors import Invalid

TEXT = "Mitglied;E-Mail;Funktion\nHüttikon;post@huettikon.example;Sozialvorstand\n"


@pytest.mark.parametrize(
    ("data", "encoding", "separator"),
    [
        (TEXT.encode(), "UTF-8", ";"),
        (TEXT.encode("utf-8-sig"), "UTF-8", ";"),
        (TEXT.encode("latin-1"), "Windows-1252", ";"),
        (TEXT.encode("cp1252").replace(b"\n", b"\r\n"), "Windows-1252", ";"),
        (TEXT.encode("utf-16"), "UTF-16", ";"),
        (TEXT.replace(";", ",").encode(), "UTF-8", ","),
        (TEXT.replace(";", "\t").encode(), "UTF-8", "\t"),
        (("sep=|\r\n" + TEXT.replace(";", "|")).encode(), "UTF-8", "|"),
    ],
)
def test_every_way_a_spreadsheet_writes_a_file_is_read_alike(
    data: bytes, encoding: str, separator: str
) -> None:
    sheet = importing.read(data)
    assert (sheet.encoding, sheet.separator) == (encoding, separator)
    [line] = sheet.lines
    assert (line.organisation, line.email) == ("Hüttikon", "post@huettikon.example")
    assert line.functions == ("sozialvorstand",)
    assert sheet.functions == {"sozialvorstand": "Sozialvorstand"}


def test_headings_are_known_in_german_and_in_english() -> None:
    german = (
        "Gemeinde;Art;Kanton;Bezirk;BFS-Nr.;Einwohner;Vorname;Name;Anrede;Sprache;E-Mail-Adresse"
    )
    english = (
        "Member,Type,Canton,District,BFS number,Population,First name,Contact,Salutation,"
        "Language,Email"
    )
    cells = [
        "Volken",
        "Gemeinde",
        "zh",
        "Andelfingen",
        "43",
        "1'367",
        "Sozial",
        "Amt",
        "Guten Tag",
        "Deutsch",
        "a@b.example",
    ]
    for heading, separator in ((german, ";"), (english, ",")):
        [line] = importing.read(f"{heading}\n{separator.join(cells)}".encode()).lines
        assert (line.kind, line.canton, line.bfs_nr) == (OrganisationKind.MUNICIPALITY, "ZH", 43)
        assert (line.population, line.language, line.label) == (1367, "de", "Sozial Amt")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"Mitglied;E-Mail\n", "no rows below"),
        (b"PK\x03\x04\x14\x00", "workbook"),
        (b"%PDF-1.7\n\x00\xff\x9c", "not a text file"),
        (b"Mitglied;Telefon\nUster;1\n", "mail addresses is missing"),
        (b"E-Mail\na@b.example\n", "members is missing"),
        ("Straße;PLZ\nx;1\n".encode(), "headings read were: Straße, PLZ"),
    ],
)
def test_what_is_no_list_of_members_is_refused_as_a_whole(data: bytes, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        importing.read(data)
    assert says in str(caught.value)
    assert {fault.where for fault in caught.value.faults} == {"file"}


def test_all_missing_columns_are_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        importing.read(b"PLZ;Ort\n8000;Z\n")
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Uster;kein-at;;;", "has no @"),
        ("Uster;a@b@c;;;", "no complete mail address"),
        ('Uster;"a@b.example\r\nBcc: x@y.example";;;', "line break"),
        ("Uster;a@b.example, c@d.example;;;", "Only one address"),
        ("Uster;bü rgi@uster.example;;;", "Only one address"),
        (";a@b.example;;;", "member is missing"),
        ("Uster;a@b.example;Raumschiff;;", "not known under “Art”"),
        ("Uster;a@b.example;;XX;", "is no canton"),
        ("Uster;a@b.example;;;viele", "is no number"),
        ("Uster;a@b.example;;;;0", "is no number"),
        ("Uster;a@b.example;;;1;198;2", "more cells than the heading"),
        ("U" * 300 + ";a@b.example;;;", "too long"),
    ],
)
def test_a_faulty_row_is_refused_for_itself_with_its_reason(row: str, says: str) -> None:
    sheet = importing.read(
        f"Mitglied;E-Mail;Art;Kanton;Einwohner;BFS\n{row}\nUster;gut@b.example;;;\n".encode()
    )
    bad, good = sheet.lines
    assert bad.fate is RowFate.REFUSED
    assert says in " ".join(str(why) for why in bad.why)
    assert good.fate is RowFate.NEW
    assert bad.raw


def test_the_second_row_of_one_address_is_a_duplicate_of_the_first() -> None:
    sheet = importing.read(b"Mitglied;E-Mail\nUster;A@b.example\n\nVolken;a@B.example\n")
    first, second = sheet.lines
    assert (first.number, second.number) == (2, 4)
    assert second.fate is RowFate.DUPLICATE
    assert "line 2" in str(second.why[0])


@pytest.mark.parametrize("announced", ['"', "\r", " ", "a"])
def test_what_can_separate_no_cells_is_no_separator(announced: str) -> None:
    with pytest.raises(Invalid, match="headings read"):
        importing.read(f"sep={announced}\nMitglied{announced}E-Mail\nUster;a@b.example\n".encode())


def test_an_empty_cell_says_nothing() -> None:
    [line] = importing.read(b"Mitglied;E-Mail;Bezirk;Funktion\nUster;;;\n").lines
    assert (line.email, line.district, line.functions) == (None, None, None)


def test_a_row_counts_from_the_line_where_it_begins() -> None:
    sheet = importing.read(
        b'Mitglied;E-Mail;Anrede\nUster;a@b.example;"Guten\nTag"\nUster;c@d.example;\n'
    )
    assert [line.number for line in sheet.lines] == [2, 4]
    assert sheet.lines[0].salutation == "Guten Tag"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    for prefix in (b"", b"Mitglied;E-Mail\n", b"sep="):
        try:
            importing.read(prefix + data)
        except Invalid as problem:
            assert str(problem)
