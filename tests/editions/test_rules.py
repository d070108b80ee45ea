"""Checks before approval, colours that can be read, and what changed between two snapshots."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec import structs

from service.editions import blocks, checks, colours, markdown, snapshot
from service.editions.model import (
    Body,
    Content,
    Deadline,
    Event,
    Finding,
    Heading,
    ItemBody,
    Look,
    Prose,
)
from tests.editions import make

SEGMENTS = frozenset({"gemeinden"})
FACTS = checks.Facts(today=make.TODAY, segments=SEGMENTS, html_size=20_000)
CALM = [Heading("Aus dem Kanton"), Prose(markdown.parse("Alles «gut»."))]


def found(content: Content, facts: checks.Facts = FACTS) -> list[tuple[str, bool, int | None]]:
    return [(f.check, f.blocking, f.block_id) for f in checks.find(content, facts)]


def worded(**words: str) -> Content:
    held = make.content(list(CALM))
    return structs.replace(held, edition=structs.replace(held.edition, **words))


def test_a_sound_edition_has_no_findings() -> None:
    assert found(make.content()) == []


@pytest.mark.parametrize(
    ("words", "check", "blocking"),
    [
        ({"subject": " "}, "subject", True),
        ({"subject": "x" * 61}, "subject", False),
        ({"subject": "DRINGEND LESEN"}, "subject", False),
        ({"subject": "Jetzt lesen!!"}, "subject", False),
        ({"preheader": ""}, "preheader", False),
        ({"segment": "fort"}, "segments", True),
        ({"title": "Strasse und Stra\u00dfe"}, "orthography", False),
        ({"title": 'Das "Beste"'}, "orthography", False),
    ],
)
def test_the_words_of_an_edition_are_checked(
    words: dict[str, str], check: str, blocking: bool
) -> None:
    assert found(worded(**words)) == [(check, blocking, None)]


def test_apostrophes_and_inches_are_no_quotation_marks() -> None:
    assert found(worded(title="So geht's mit 24\" und Müllers Rat")) == []


@pytest.mark.parametrize(
    ("body", "check"),
    [
        (Deadline("Gesuch", make.TODAY - timedelta(days=1)), "date"),
        (Event("Kurs", make.BODIES[4].starts - timedelta(days=90)), "date"),  # type: ignore[union-attr]
        (ItemBody("Alt", published=make.TODAY - timedelta(days=61)), "date"),
        (Prose(markdown.parse("Mehr [hier](https://a.example).")), "link-text"),
        (Deadline("Gesuch", make.TODAY, url="https://a.example", link_text="Mehr …"), "link-text"),
        (Prose(markdown.parse("Die Gro\u00dfe Anfrage")), "orthography"),
        (Heading("Am Ende"), "headings"),
    ],
)
def test_a_finding_names_its_block(body: Body, check: str) -> None:
    assert found(make.content([*CALM, body])) == [(check, False, 3)]


def test_a_deadline_of_today_is_not_over() -> None:
    assert found(make.content([*CALM, Deadline("Gesuch", make.TODAY)])) == []


def test_orthography_is_that_of_the_blocks_own_language() -> None:
    held = make.content([*CALM, Prose(markdown.parse('He said "yes"'))])
    english = structs.replace(held.blocks[2], language="en")
    assert found(structs.replace(held, blocks=[*held.blocks[:2], english])) == []


def test_a_missing_segment_or_address_stops_an_edition() -> None:
    assert found(make.content(list(CALM), {2: "fort"})) == [("segments", True, 2)]
    held = make.content(list(CALM))
    nameless = structs.replace(held.association, postal_address=" ")
    assert found(structs.replace(held, association=nameless)) == [("sender", True, None)]


def test_an_empty_edition_is_stopped_and_an_empty_variant_named() -> None:
    assert ("variants", True, None) in found(make.content([]))
    limited = make.content(list(CALM), {1: "gemeinden", 2: "gemeinden"})
    assert found(limited) == [("variants", False, None)]


@pytest.mark.parametrize(("size", "blocking"), [(80_001, False), (100_001, True)])
def test_a_mail_that_gmail_would_cut_is_named(size: int, blocking: bool) -> None:
    facts = structs.replace(FACTS, html_size=size)
    assert found(make.content(list(CALM)), facts) == [("size", blocking, None)]


def test_changed_and_repeated_items_are_named() -> None:
    facts = structs.replace(FACTS, changed_items=frozenset({1}), repeated_items=frozenset({2}))
    expected = [("source", False, 1), ("repeated", False, 2)]
    assert found(make.content(list(CALM)), facts) == expected


def test_blocking_findings_come_first() -> None:
    held = worded(subject="", preheader="")
    order = [f.blocking for f in checks.find(held, FACTS)]
    assert order == [True, False]
    assert all(isinstance(f, Finding) and str(f.what) for f in checks.find(held, FACTS))


# Colours


def test_contrast_is_that_of_wcag() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert colours.contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("accent", ["#0b5563", "#ffee00", "#000000", "#ffffff", "#7a1f3d"])
def test_every_colour_of_a_palette_that_carries_words_can_be_read(accent: str) -> None:
    shades = colours.palette(Look(accent=accent))
    pairs = [
        ("muted", "paper"),
        ("muted_on_canvas", "canvas"),
        ("link_on_canvas", "canvas"),
        ("accent_on_tint", "tint"),
        ("on_accent", "accent"),
        ("dark_ink", "dark_paper"),
        ("dark_accent", "dark_paper"),
        ("dark_muted", "dark_paper"),
        ("dark_accent", "dark_tint"),
        ("dark_on_accent", "dark_accent"),
        ("dark_muted", "dark_canvas"),
    ]
    for words, ground in pairs:
        assert colours.contrast(shades[words], shades[ground]) >= colours.ENOUGH, (words, ground)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#0b5563;}", "", "#0b55631"])
def test_only_six_digit_colours_are_taken(colour: str) -> None:
    assert [f.where for f in colours.faults(Look(accent=colour))] == ["accent"]


def test_pale_words_are_refused_and_good_ones_taken() -> None:
    assert [f.where for f in colours.faults(Look(accent="#ffee00"))] == ["accent"]
    assert colours.faults(Look()) == []


# Snapshots


def changed(edit: Callable[[list[Body]], list[Body]]) -> list[tuple[str, str]]:
    before = make.content([Heading(t) for t in "abcd"])
    known = {b.content: b for b in before.blocks}
    after = [known.get(body) or make.block(99, body) for body in edit([*known])]
    changes = snapshot.blocks_changed(
        snapshot.take(before), snapshot.take(structs.replace(before, blocks=after))
    )
    parts = [(c.kind, c.after or c.before) for c in changes]
    return [(kind, blocks.title_of(part.content)) for kind, part in parts if part]


def test_a_comparison_says_what_was_added_removed_and_moved_with_the_fewest_words() -> None:
    assert changed(lambda all_: all_) == []
    assert changed(lambda all_: [*all_, Heading("neu")]) == [("added", "neu")]
    assert changed(lambda all_: all_[1:]) == [("removed", "a")]
    assert changed(lambda all_: [*all_[1:], all_[0]]) == [("moved", "a")]


def test_a_comparison_shows_both_versions_of_a_changed_block() -> None:
    before = make.content([Heading("alt")])
    after = structs.replace(
        before, blocks=[structs.replace(before.blocks[0], content=Heading("neu"))]
    )
    [change] = snapshot.blocks_changed(snapshot.take(before), snapshot.take(after))
    assert (change.kind, change.before, change.after) == (
        "changed",
        snapshot.take(before).blocks[0],
        snapshot.take(after).blocks[0],
    )


def test_a_fingerprint_follows_what_readers_see_and_nothing_else() -> None:
    held = make.content()
    same = structs.replace(
        held,
        edition=structs.replace(held.edition, version=9, changed_at=make.NOW + timedelta(days=1)),
        newsletter=structs.replace(held.newsletter, description="anders", version=4),
    )
    assert snapshot.fingerprint(same) == snapshot.fingerprint(held)
    seen = {
        "association": "name short_name postal_address website email",
        "newsletter": "title sender_name sender_address reply_to language segment",
        "edition": "number title subject preheader segment",
    }
    others = [
        structs.replace(held, **{part: structs.replace(getattr(held, part), **{name: "anders"})})
        for part, names in seen.items()
        for name in names.split()
    ]
    look = structs.replace(held.newsletter, look=Look("#000000"))
    others += [
        structs.replace(held, newsletter=look),
        structs.replace(held, blocks=held.blocks[::-1]),
        *(
            structs.replace(held, blocks=[structs.replace(held.blocks[0], **{name: "x"})])
            for name in ("content", "segment", "language")
        ),
    ]
    prints = {snapshot.fingerprint(other) for other in (held, *others)}
    assert len(prints) == len(others) + 1
    now = snapshot.take(held)
    for before in map(snapshot.take, others):  # and an approver is told each of them
        assert snapshot.words_changed(before, now) or snapshot.blocks_changed(before, now)
    assert snapshot.words_changed(now, now) == []


@pytest.mark.parametrize(
    ("number", "title", "slug"),
    [
        (1, "Frühling im Sozialamt", "1-fruehling-im-sozialamt"),
        (2, "Änderung: § 5 – «neu»", "2-aenderung-5-neu"),
        (3, "日本", "3"),
        (4, "../../etc", "4-etc"),
    ],
)
def test_a_public_address_is_made_of_number_and_title(number: int, title: str, slug: str) -> None:
    assert snapshot.public_slug(number, title) == slug
