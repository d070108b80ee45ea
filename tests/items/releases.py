"""Generated German releases and what publishers do with them; the same seed, the same texts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import msgspec

from service.items.similarity import Piece

_WHO = [
    "Der Regierungsrat",
    "Die Sozialdirektion",
    "Der Bundesrat",
    "Das Amt für Soziales",
    "Die Konferenz",
    "Der Stadtrat",
    "Die Fachstelle",
    "Die Kommission",
    "Der Gemeinderat",
    "Das Staatssekretariat",
    "Die Bildungsdirektion",
    "Die Ausgleichskasse",
    "Der Verband",
    "Die Aufsichtsbehörde",
]
_DOES = [
    "verabschiedet",
    "unterstützt",
    "überprüft",
    "erweitert",
    "lanciert",
    "verlängert",
    "eröffnet",
    "bewilligt",
    "finanziert",
    "begrüsst",
    "koordiniert",
    "veröffentlicht",
    "vereinfacht",
    "überarbeitet",
]
_HOW = [
    "neu",
    "weiterhin",
    "gemeinsam",
    "schrittweise",
    "ab Sommer",
    "vorläufig",
    "im Grundsatz",
    "ohne Auflagen",
]
_WHAT = [
    "die Sozialhilfe",
    "das Asylwesen",
    "den Kindesschutz",
    "die Alterspflege",
    "die Kinderbetreuung",
    "die Integration",
    "das Wohnen im Alter",
    "die Schuldenberatung",
    "die Ergänzungsleistungen",
    "den Erwachsenenschutz",
    "die Arbeitsvermittlung",
    "das Sonderpädagogik-Angebot",
    "die Opferhilfe",
    "den Flüchtlingssozialdienst",
    "die Frühförderung",
    "das Case Management",
    "die Suchtprävention",
]
_WHOM = [
    "für Gemeinden",
    "für Familien",
    "für ältere Menschen",
    "für Jugendliche",
    "für Alleinerziehende",
    "für Berufsbeistände",
    "für private Institutionen",
    "für Zugewanderte",
    "für Fachleute",
    "für Menschen mit Behinderung",
    "für kleine Trägerschaften",
    "für Freiwillige",
]
_WHY = [
    "weil die Fallzahlen steigen",
    "damit die Verfahren kürzer werden",
    "da die Kosten wachsen",
    "um die Qualität zu sichern",
    "weil Fachkräfte fehlen",
    "damit niemand durch die Maschen fällt",
    "da die bisherige Regelung ausläuft",
    "um die Behörden zu entlasten",
    "weil der Bund es verlangt",
]
_PLACES = [
    "Uster",
    "Wald",
    "Liestal",
    "Bülach",
    "Pratteln",
    "Horgen",
    "Andelfingen",
    "Dietikon",
    "Muttenz",
    "Rüti",
]
_SAME = {
    "unterstützt": "fördert", "eröffnet": "startet", "überprüft": "prüft", "erweitert": "baut aus",
    "steigen": "zunehmen", "wachsen": "steigen", "fehlen": "knapp sind", "neu": "künftig",
    "lanciert": "beginnt", "bewilligt": "genehmigt",
}  # fmt: skip
FOOT = "Für weitere Auskünfte wenden Sie sich bitte an die Medienstelle der Direktion."


def sentence(dice: Random) -> str:
    parts = [_WHO, _DOES, _HOW, _WHAT, _WHOM]
    words = " ".join(dice.choice(part) for part in parts)
    number = f" {dice.randrange(3, 980)} Stellen sind betroffen." if dice.random() < 0.3 else ""
    return f"{words}, {dice.choice(_WHY)}.{number}"


def release(dice: Random, name: str, at: datetime) -> Piece:
    """Return an original of 8 to 24 sentences, with the foot that every release carries."""
    body = " ".join(sentence(dice) for _ in range(dice.randrange(8, 24)))
    title = f"{dice.choice(_WHO)} {dice.choice(_DOES)} {dice.choice(_WHAT)}"
    return Piece(name, title, f"{body} {FOOT}", at, f"https://zh.example/{name}", "de")


def _sentences(text: str) -> list[str]:
    return text.split(". ")


def _whole(dice: Random, text: str) -> str:
    return text


def _shortened(dice: Random, text: str) -> str:
    parts = _sentences(text)
    return ". ".join(parts[: max(3, len(parts) // 2)]) + "."


def _extended(dice: Random, text: str) -> str:
    phone = f"Tel. 04{dice.randrange(3, 5)} {dice.randrange(200, 900)} 12 {dice.randrange(10, 99)}"
    return f"Zürich, {sentence(dice)} {text} {sentence(dice)} Auskunft: {phone}."


def _edited(dice: Random, text: str) -> str:
    words = [_SAME.get(word, word) for word in text.split()]
    for _ in range(len(words) // 25):
        words.pop(dice.randrange(len(words)))
    return " ".join(words)


def _rearranged(dice: Random, text: str) -> str:
    parts = _sentences(text)
    cut = len(parts) // 2
    return ". ".join([*parts[cut:], *parts[:cut]])


def _teaser(dice: Random, text: str) -> str:
    words = text.split()
    start = next(i for i, word in enumerate(words) if word.endswith(".")) + 1
    at = dice.choice([0, start])
    return " ".join(words[at : at + dice.randrange(15, 30)]) + " …"


EDITS: dict[str, Callable[[Random, str], str]] = {
    "whole": _whole, "shortened": _shortened, "extended": _extended, "edited": _edited,
    "rearranged": _rearranged, "teaser": _teaser,
}  # fmt: skip


def copy(dice: Random, original: Piece, edit: str) -> Piece:
    """Return what another publisher makes of a release within two days."""
    assert original.published
    retitled = f"{dice.choice(_WHAT).capitalize()}: {dice.choice(_WHO)} {dice.choice(_DOES)}"
    return Piece(
        f"{original.id}-{edit}",
        original.title if dice.random() < 0.5 else retitled,
        EDITS[edit](dice, original.text),
        original.published + timedelta(hours=dice.uniform(0.1, 47)),
        f"https://verband.example/{original.id}-{edit}",
        "de",
    )


def series(dice: Random, name: str, at: datetime, months: int) -> list[Piece]:
    """Return a release that recurs every month, in the same words but for one figure."""
    first = release(dice, name, at)
    rate = 1.0
    out = []
    for month in range(months):
        rate += dice.choice([0, 0, 0.25])
        text = f"Der Satz beträgt im Berichtsmonat {rate:.2f} Prozent. {first.text}"
        out.append(
            msgspec.structs.replace(
                first, id=f"{name}-{month}", text=text, url=f"{first.url}-{month}",
                published=at + timedelta(days=30 * month),
            )
        )  # fmt: skip
    return out


def twins(dice: Random, name: str, at: datetime) -> tuple[Piece, Piece]:
    """Return two reports from one form letter about two places, a few hours apart."""
    here, there = dice.sample(_PLACES, 2)
    body = " ".join(sentence(dice) for _ in range(5))
    count = dice.randrange(2, 40)

    def report(place: str, number: int, hours: float) -> Piece:
        text = f"{body} Betroffen ist ein Haus in {place}. Es wurden {number} Personen gezählt."
        published = at + timedelta(hours=hours)
        return Piece(f"{name}-{place}", f"{place}: Bericht zum Haus", text, published)

    return report(here, count, 0), report(there, count + 3, 5)
