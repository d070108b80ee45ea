"""What publishers do with releases, and what `./run stories` makes of it.

    ./run bench stories [--releases N] [--json]

Releases of our own words (`_prose.py`) and, within two days, what becomes of them: whole copies,
teasers, a canton's own lead before the federal text, an agency's shortening, edits. Beside them
what must not be merged: monthly and weekly series, a bulletin of every day, form letters about two
places, corrected numbers, the same title again and again. The command is called as an operator
calls it, on one file; what it prints is judged. Translations are measured with the publisher's
mark and without: without it nothing but the address could tell. The yardstick is the simplest
rule, the same title within three days.
Fails under 95 % of the copies of a kind, or where more than 2 % of what recurs is merged.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from _prose import Prose

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
PROSE = Prose()
Item = dict[str, Any]
_FEET = [
    f"Für weitere Auskünfte wenden Sie sich bitte an die Medienstelle der {who}, Telefon"
    f" 0{n + 41} 259 {n} {n + 7}, medien@amt{n}.example, {who}, Postfach, 80{n + 41} Zürich."
    for n, who in enumerate(
        f"{what}{where}"
        for what in ("Bildungsdirektion ", "Sozialdirektion ", "Staatskanzlei ")
        for where in ("Zürich", "Basel", "Bern", "Aarau", "Zug", "Chur")
    )
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=int, default=300, help="how many originals")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    report = measure(args.releases)
    print(json.dumps(report, ensure_ascii=False, indent=None if args.json else 2))
    return 0 if report["ok"] else 1


def measure(count: int) -> dict[str, Any]:
    dice = Random(20261121)
    items = [*copied(dice, count), *recurring(dice, max(count // 10, 3))]
    dice.shuffle(items)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "items.jsonl"
        file.write_text("\n".join(map(json.dumps, items)), "utf-8")
        command = [sys.executable, "-m", "service", "stories", str(file), "--json"]
        started = time.perf_counter()
        told = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout)
        seconds = time.perf_counter() - started
    home = {one: n for n, group in enumerate(told["groups"]) for one in group["ids"]}
    found, merged = judged(items, home)
    titles = {one["id"]: f"{one['title']} {one['published'][:7]}" for one in items}
    naive, naive_merged = judged(items, titles)
    possible = {tuple(sorted(pair["ids"])) for pair in told["possible"]}
    corrected = [one["id"] for one in items if one["id"].endswith("-corrected")]
    hinted = sum(tuple(sorted((one, one.partition("-")[0]))) in possible for one in corrected)
    return {
        "items": len(items),
        "seconds": round(seconds, 1),
        "copies_grouped": found,
        "recurring_merged": merged,
        "corrected_said_to_be_possible": round(hinted / len(corrected), 3),
        "yardstick_same_title": {"copies_grouped": naive, "recurring_merged": naive_merged},
        "ok": all(v >= 0.95 for k, v in found.items() if k != "translation without a mark")
        and all(v <= 0.02 for v in merged.values()),
    }


def judged(items: list[Item], home: dict[str, Any]) -> tuple[dict[str, float], dict[str, float]]:
    """Return by kind which share of copies is with its original, of what recurs with another."""
    copies, shares, series = Counter(), Counter(), defaultdict(list)
    for one in items:
        original, _, kind = one["id"].partition("-")
        if original.startswith("r") and kind and kind != "corrected":
            name = kind.replace("_", " ")
            copies[name] += 1
            shares[name] += home.get(one["id"]) == home.get(original, "alone")
        else:
            series[original if original.startswith("s") else "corrected"].append(one["id"])
    alone: dict[str, list[bool]] = defaultdict(list)
    for name, ids in series.items():
        if name == "corrected":
            pairs = [(one, one.partition("-")[0]) for one in ids if "-" in one]
            alone[name] = [home.get(a) == home.get(b, "alone") for a, b in pairs]
        else:
            homes = Counter(home[one] for one in ids if one in home)
            kind = name.rstrip("0123456789")[1:]
            alone[kind] += [one in home and homes[home[one]] > 1 for one in ids]
    return (
        {kind: round(shares[kind] / number, 3) for kind, number in copies.items()},
        {kind: round(sum(of) / len(of), 3) for kind, of in alone.items()},
    )


def item(name: str, title: str, text: str, at: datetime, **more: object) -> Item:
    url = f"https://amt.example/{name}"
    given = {"id": name, "title": title, "text": text, "published": at.isoformat(), "url": url}
    return given | {"lead": "", "language": "de"} | more


def copied(dice: Random, count: int) -> list[Item]:
    found = []
    for n in range(count):
        at = START + timedelta(hours=5 * n)
        sentences, title = PROSE.sentences(dice, 8, 25), PROSE.title(dice)
        text = f"{' '.join(sentences)} {dice.choice(_FEET)}"
        found.append(item(f"r{n}", title, text, at, group=f"g{n}"))
        for kind, make in COPIES.items():
            later = at + timedelta(hours=dice.uniform(0.2, 47))
            retitled = title if dice.random() < 0.4 else PROSE.title(dice)
            found.append(make(dice, f"r{n}-{kind}", retitled, sentences, later))
        found[-1]["group"] = f"g{n}" if found[-1]["id"].endswith("with_a_mark") else ""
        later = at + timedelta(hours=dice.uniform(0.2, 24))
        found.append(item(f"r{n}-corrected", title, numbered(dice, text), later))
    return found


def numbered(dice: Random, text: str) -> str:
    """Return the text with another figure in one place, made sure that there is one."""
    words = text.split()
    places = [n for n, word in enumerate(words[:-12]) if word.strip(".,").isdigit()]
    if not places:
        words.insert(len(words) // 2, str(dice.randrange(3, 900)))
        return " ".join(words)
    words[dice.choice(places)] = str(dice.randrange(10_000, 90_000))
    return " ".join(words)


def _whole(dice: Random, name: str, title: str, said: list[str], at: datetime) -> Item:
    return item(name, title, f"{' '.join(said)} {dice.choice(_FEET)}", at)


def _teaser(dice: Random, name: str, title: str, said: list[str], at: datetime) -> Item:
    words = " ".join(said[dice.choice([0, 1]) :]).split()
    return item(name, title, "", at, lead=" ".join(words[: dice.randrange(22, 45)]) + " …")


def _own_lead(dice: Random, name: str, title: str, said: list[str], at: datetime) -> Item:
    own = " ".join(PROSE.sentences(dice, 2, 4))
    return item(name, title, f"{own} {' '.join(said)} {dice.choice(_FEET)}", at, lead=own)


def _agency(dice: Random, name: str, title: str, said: list[str], at: datetime) -> Item:
    kept = [one for n, one in enumerate(said) if n == 0 or dice.random() < 0.5]
    return item(name, title, f"Zürich (ag) {' '.join(edited(dice, kept, 0.03))}", at)


def _edited(dice: Random, name: str, title: str, said: list[str], at: datetime) -> Item:
    return item(name, title, " ".join(edited(dice, said, 0.05)), at)


def _moved(dice: Random, name: str, title: str, said: list[str], at: datetime) -> Item:
    cut = len(said) // 2
    return item(name, title, " ".join([*said[cut:], *said[:cut]]), at)


def _translation(dice: Random, name: str, title: str, said: list[str], at: datetime) -> Item:
    other = " ".join(PROSE.sentences(dice, 8, 20))
    return item(name, PROSE.title(dice), other, at, language="fr")


def edited(dice: Random, said: list[str], share: float) -> list[str]:
    """Return sentences with a share of their words left out or replaced."""
    out = []
    for sentence in said:
        words = [word for word in sentence.split() if dice.random() >= share / 2]
        swap = [dice.random() < share / 2 and not word.isdigit() for word in words]
        out.append(" ".join("jedoch" if s else w for s, w in zip(swap, words, strict=True)))
    return out


COPIES: dict[str, Callable[[Random, str, str, list[str], datetime], Item]] = {
    "whole": _whole, "teaser": _teaser, "own_lead": _own_lead, "agency": _agency,
    "edited": _edited, "moved": _moved, "translation_without_a_mark": _translation,
    "translation_with_a_mark": _translation,
}  # fmt: skip


def recurring(dice: Random, count: int) -> list[Item]:
    """Return series of items that say nearly the same, about something else each time."""
    found = []
    for n in range(count):
        form, title = PROSE.sentences(dice, 6, 12), PROSE.title(dice)
        at = START + timedelta(hours=31 * n)
        for kind, gap, turns in (("monthly", 30, 12), ("weekly", 7, 12), ("daily", 1, 10)):
            for turn in range(turns):
                head = f"Im Berichtszeitraum wurden {dice.randrange(100, 9999)} Fälle gezählt."
                when = at + timedelta(days=gap * turn)
                text = f"{kind} {head} {' '.join(form)} Stand: {dice.randrange(100, 9999)} Fälle."
                found.append(item(f"s{kind}{n}-{turn}", title, text, when))
        for turn, place in enumerate(dice.sample(["Uster", "Wald", "Rüti", "Horgen", "Bülach"], 2)):
            text = f"{' '.join(form[:6])} Der Anlass findet in der Gemeinde {place} statt."
            when = at + timedelta(hours=3 * turn)
            found.append(item(f"sletter{n}-{turn}", f"{place}: Anlass der Behörden", text, when))
        for turn in range(12):
            text, when = " ".join(PROSE.sentences(dice, 6, 12)), at + timedelta(days=turn)
            found.append(item(f"stitle{n}-{turn}", "Mitteilungen aus dem Gemeinderat", text, when))
    return found


if __name__ == "__main__":
    sys.exit(main())
