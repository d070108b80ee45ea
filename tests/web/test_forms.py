"""The form reader: every fault at once, nothing typed is lost, nothing impossible gets through."""

from datetime import UTC, date, datetime, time
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kit.errors import Invalid
from service.kit.text import msg
from service.web.forms import Form, Upload
from service.web.kept import inside, keep, restore


class Kind(StrEnum):
    FEED = "feed"
    LIST = "list"


def faults(form: Form) -> dict[str, str]:
    return {fault.where: str(fault.what) for fault in form.faults}


def test_all_faults_are_reported_at_once_one_a_field_in_the_order_of_the_page() -> None:
    form = Form({"title": [""], "url": ["ftp://x"], "day": ["31.2.2026"]})
    form.number("newsletter")
    form.date("day")
    form.url("url")
    form.text("title", required=True)
    form.fault("title", msg("Give it a name."))
    with pytest.raises(Invalid) as problem:
        form.check()
    assert [f.where for f in problem.value.faults] == ["title", "url", "day", "newsletter"]
    assert str(problem.value.faults[0].what) == "Please fill this in."


def test_a_form_without_faults_passes() -> None:
    form = Form({"title": ["Sozialhilfe"]})
    assert form.text("title", required=True, limit=11) == "Sozialhilfe"
    form.check()


def test_white_space_is_tidied_and_line_breaks_stay_only_where_lines_are_asked_for() -> None:
    form = Form({"t": ["  a \r\n\tb  "]})
    assert form.text("t") == "a b"
    assert form.text("t", lines=True) == "a \n\tb"


def test_a_text_may_be_as_long_as_its_limit_in_characters_not_bytes() -> None:
    form = Form({"t": ["ä" * 10]})
    assert form.text("t", limit=10) == "ä" * 10
    assert not form.faults
    form.text("t", limit=9)
    assert "10 characters of at most 9" in faults(form)["t"]


def test_a_nul_byte_is_a_fault_and_other_control_characters_vanish() -> None:
    form = Form({"a": ["x\0y"], "b": ["x\x07y"]})
    form.text("a")
    assert form.text("b") == "xy"
    assert list(faults(form)) == ["a"]


def test_a_password_is_taken_as_typed_and_not_shown_again() -> None:
    form = Form({"password": ["  mit Rand  "]})
    assert form.secret("password") == "  mit Rand  "
    assert "password" not in form.values


@pytest.mark.parametrize(
    "address",
    ["lea@verband.example", "Lea.O'Neil+news@sub.verband.example", "gemeinde@hüttikon.example"],
)
def test_a_mail_address_is_kept_as_typed(address: str) -> None:
    assert Form({"e": [f" {address} "]}).email("e") == address


@pytest.mark.parametrize(
    "address",
    [
        "lea",
        "lea@",
        "@verband.example",
        "lea@verband",
        "lea@a@b.example",
        "lea@verband.example\r\nBcc: alle@verband.example",
        "lea@verband.example\nx",
        "Lea <lea@verband.example>",
        "lea@verband.example, otto@verband.example",
        f"{'a' * 250}@verband.example",
        "lea\0@verband.example",
    ],
)
def test_what_is_no_single_mail_address_is_refused(address: str) -> None:
    form = Form({"e": [address]})
    assert form.email("e") == ""
    assert "e" in faults(form)


@pytest.mark.parametrize(
    "address",
    ["https://www.zh.ch/news?a=1#x", "http://[2001:db8::1]:8080/", "https://münchen.example"],
)
def test_a_web_address_needs_http_and_a_host(address: str) -> None:
    assert Form({"u": [address]}).url("u") == address


@pytest.mark.parametrize(
    "address",
    [
        "www.zh.ch",
        "javascript:alert(1)",
        "https://",
        "http://a:99999/",
        "http://[::1",
        "https://a b",
    ],
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    form = Form({"u": [address]})
    assert form.url("u") == ""
    assert "u" in faults(form)


@pytest.mark.parametrize(
    ("typed", "number"), [("1’842", 1842), ("1'842", 1842), (" 0 ", 0), ("", None)]
)
def test_a_number_may_be_typed_as_the_swiss_do(typed: str, number: int | None) -> None:
    form = Form({"n": [typed]})
    assert form.integer("n") == number
    assert not form.faults


@pytest.mark.parametrize("typed", ["-1", "1.5", "٣", "1e3", "9" * 25, "zwei", "0x1"])
def test_what_is_no_whole_number_within_bounds_is_refused(typed: str) -> None:
    form = Form({"n": [typed]})
    assert form.integer("n", high=100) is None
    assert "from 0 to 100" in faults(form)["n"]


@pytest.mark.parametrize("typed", ["2026-02-03", "3.2.2026", "03.02.2026"])
def test_a_day_is_read_as_browsers_and_as_people_write_it(typed: str) -> None:
    assert Form({"d": [typed]}).date("d") == date(2026, 2, 3)


@pytest.mark.parametrize("typed", ["31.2.2026", "2026-02-30", "0001-01-01", "3.2.26", "1.1.2200"])
def test_what_is_no_day_that_somebody_means_is_refused(typed: str) -> None:
    form = Form({"d": [typed]})
    assert form.date("d") is None
    assert "not a date" in faults(form)["d"]


@pytest.mark.parametrize("typed", ["07:00", "7:00", "7.00"])
def test_a_time_is_read_as_browsers_and_as_people_write_it(typed: str) -> None:
    assert Form({"t": [typed]}).time("t") == time(7, 0)


def test_a_moment_is_swiss_time_in_winter_and_in_summer() -> None:
    form = Form({"d": ["2026-02-03"], "e": ["2026-07-03"], "t": ["07:00"]})
    assert form.moment("d", "t") == datetime(2026, 2, 3, 6, 0, tzinfo=UTC)
    assert form.moment("e", "t") == datetime(2026, 7, 3, 5, 0, tzinfo=UTC)


def test_half_a_moment_is_a_fault_at_the_missing_half() -> None:
    form = Form({"d": ["2026-02-03"]})
    assert form.moment("d", "t") is None
    assert list(faults(form)) == ["t"]


def test_only_offered_values_are_taken() -> None:
    form = Form({"k": ["feed"], "m": ["a", "b", "a", ""], "n": ["3", "4"]})
    assert form.enum("k", Kind) is Kind.FEED
    assert form.many("m", {"a", "b"}) == ["a", "b"]
    assert form.numbers("n") == [3, 4]
    assert not form.faults
    form.enum("m", Kind)
    form.many("m", {"a"})
    form.numbers("m")
    assert len(form.faults) == 3


@pytest.mark.parametrize("typed", ["0", "-1", str(2**63), "9" * 5000, "²"])
def test_what_is_no_id_is_refused(typed: str) -> None:
    form = Form({"n": ["3", typed]})
    assert form.numbers("n") == []
    assert "n" in faults(form)


def test_a_missing_choice_is_a_fault_unless_there_is_a_default() -> None:
    form = Form({})
    assert form.enum("k", Kind, default=Kind.LIST) is Kind.LIST
    assert not form.faults
    form.enum("k", Kind)
    assert "k" in faults(form)


@pytest.mark.parametrize(
    ("typed", "ticked"), [("on", True), ("1", True), ("", False), ("0", False)]
)
def test_a_checkbox_is_ticked_or_not(typed: str, *, ticked: bool) -> None:
    assert Form({"c": [typed]}).flag("c") is ticked
    assert Form({}).flag("c") is False


def test_a_file_is_optional_required_or_too_large() -> None:
    form = Form({}, {"f": Upload("a.csv", b"x" * 11), "empty": Upload("", b"")})
    assert form.file("f") == Upload("a.csv", b"x" * 11)
    assert form.file("empty") is None
    assert not form.faults
    form.file("f", limit=10)
    form.file("empty", required=True)
    assert list(faults(form)) == ["f", "empty"]


def test_stored_values_are_shown_as_a_form_shows_them() -> None:
    form = Form.of(title="A", topics=[1, 2], one=[3], active=True, off=False, none=None, n=0)
    assert form.values == {
        "title": "A",
        "topics": ["1", "2"],
        "one": "3",
        "active": "on",
        "n": "0",
    }


def test_a_form_of_many_thousand_fields_or_of_broken_bytes_is_refused() -> None:
    for body in (b"a=1&" * 20_000, b"a=%ff", "a=ä".encode()):
        with pytest.raises(Invalid):
            Form.decode(body)


def test_ten_thousand_rows_may_be_chosen_at_once() -> None:
    form = Form.decode("&".join(f"message={n}" for n in range(1, 10_001)).encode())
    assert len(form.numbers("message", limit=10_000)) == 10_000


@given(st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=30), max_size=3), max_size=4))
def test_reading_never_breaks_whatever_was_sent(fields: dict[str, list[str]]) -> None:
    form = Form(fields)
    for name in [*fields, "missing"]:
        for read in (form.text, form.email, form.url, form.integer, form.number, form.flag):
            read(name)
        for read_more in (form.date, form.time, form.many, form.numbers, form.file):
            read_more(name)
        form.moment(name, name)
        form.choice(name, ["a"])


@given(st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=30), min_size=1), max_size=4))
def test_what_is_kept_through_a_login_comes_back_as_it_was(fields: dict[str, list[str]]) -> None:
    left_out = {"csrf", "password", "current", "again"}
    kept = restore(keep("/contacts/3", Form(fields)))
    assert kept is not None
    assert kept.fields == {n: v for n, v in fields.items() if n not in left_out}


@given(st.text())
def test_no_text_is_taken_for_something_kept(text: str) -> None:
    kept = restore(text)
    assert kept is None or inside(kept.path)
