"""Near-duplicates: copies are found, recurring releases are not merged, doubt is said."""

from datetime import UTC, datetime, timedelta

from service.items.model import StoryReason
from service.items.similarity import Piece, groups

DAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
RELEASE = (
    "Der Regierungsrat hat die neue Verordnung über die Sozialhilfe verabschiedet. Sie tritt am "
    "1. Januar in Kraft und regelt die Zusammenarbeit zwischen den Gemeinden und dem Kanton. Die "
    "Gemeinden wurden in einer Vernehmlassung angehört und begrüssen die Änderungen mehrheitlich."
)
RATE = (
    "Der hypothekarische Referenzzinssatz bei Mietverhältnissen beträgt unverändert 1,25 Prozent "
    "und gilt für die Mietzinsgestaltung in der ganzen Schweiz. Er stützt sich auf den "
    "durchschnittlichen Zinssatz der inländischen Hypothekarforderungen der Banken."
)


def piece(number: int, text: str, *, days: float = 0, title: str = "", url: str = "") -> Piece:
    return Piece(str(number), title or f"Titel {text[:20]}", text, DAY + timedelta(days=days), url)


def ids(pieces: list[Piece]) -> list[set[str]]:
    return [set(group.ids) for group in groups(pieces)[0]]


def test_a_copy_a_teaser_and_an_extended_copy_are_one_group() -> None:
    teaser = RELEASE[: RELEASE.index(" Die Gemeinden")]
    longer = (
        f"Medienmitteilung des Regierungsrats. {RELEASE} Weitere Auskünfte erteilt die Direktion."
    )
    found = ids([piece(1, RELEASE), piece(2, teaser, days=1), piece(3, longer, days=2)])
    assert found == [{"1", "2", "3"}]


def test_a_recurring_release_months_apart_stays_two() -> None:
    assert groups([piece(1, RATE), piece(2, RATE, days=92)]) == ([], [])


def test_differing_numbers_are_only_possibly_the_same() -> None:
    sure, possible = groups([piece(1, RATE), piece(2, RATE.replace("1,25", "1,50"), days=1)])
    assert not sure
    assert [(pair.one, pair.other) for pair in possible] == [("1", "2")]


def test_the_same_accident_report_of_two_villages_is_not_merged() -> None:
    text = (
        "Bei einem Brand eines Mehrfamilienhauses ist am Samstagabend grosser Sachschaden "
        "entstanden. Verletzt wurde niemand. Die Brandursache wird durch Spezialisten untersucht."
    )
    one = piece(1, f"{text} Betroffen war ein Haus in Uster.", title="Uster: Brand eines Hauses")
    two = piece(2, f"{text} Betroffen war ein Haus in Wald.", title="Wald: Brand eines Hauses")
    assert groups([one, two])[0] == []


def test_the_same_address_and_title_is_exact_even_without_text() -> None:
    one = piece(1, "", title="Neue Verordnung", url="https://a.example/1")
    two = piece(2, "", title="Neue Verordnung", url="https://a.example/1", days=1)
    [group] = groups([one, two])[0]
    assert group.pairs[0].reason is StoryReason.ADDRESS


def test_a_ticker_that_reuses_one_address_for_different_stories_is_not_merged() -> None:
    one = piece(1, RELEASE, title="Neue Verordnung", url="https://a.example/ticker")
    two = piece(2, RATE, title="Referenzzinssatz", url="https://a.example/ticker")
    assert groups([one, two]) == ([], [])


def test_order_of_arrival_changes_nothing() -> None:
    pieces = [piece(1, RELEASE), piece(2, RELEASE, days=1), piece(3, RATE)]
    assert ids(pieces) == ids(pieces[::-1])


def test_what_every_text_shares_does_not_make_pairs() -> None:
    footer = "Für weitere Auskünfte wenden Sie sich bitte an die Medienstelle der Direktion."
    pieces = [
        piece(n, " ".join(f"wort{n}x{k}" for k in range(60)) + " " + footer) for n in range(100)
    ]
    assert groups(pieces) == ([], [])


def test_a_teaser_does_not_join_a_release_and_its_correction() -> None:
    whole = f"{RELEASE} Insgesamt sind davon 160 Gemeinden im Kanton betroffen und 12 Bezirke."
    teaser = RELEASE[: RELEASE.index(" Die Gemeinden")]
    corrected = whole.replace("160 Gemeinden", "154 Gemeinden")
    told, possible = groups([piece(1, whole), piece(2, teaser, days=1), piece(3, corrected)])
    assert [len(group.ids) for group in told] == [2]
    assert {"1", "3"} in [{pair.one, pair.other} for pair in possible]


def test_another_publisher_s_contact_contradicts_nothing() -> None:
    ours = f"{RELEASE} Auskunft: Zürich, Postfach, 8090 Zürich, 043 259 24 09, medien@a.example."
    theirs = f"{RELEASE} Auskunft: Zürich, Postfach, 8022 Zürich, 044 412 80 90, medien@b.example."
    assert ids([piece(1, ours), piece(2, theirs, days=1)]) == [{"1", "2"}]
