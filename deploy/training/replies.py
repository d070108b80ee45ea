"""Learns to tell automatic answers from letters, and writes the table that `learned` reads.

    python -m deploy.training.replies [--check]

The texts lie in `replies/`, one JSON object a line: kind ("auto" or "human"), subject, text. All
were written for this purpose. Prints what the model finds and takes among texts that it has not
seen (each sixth in turn), as one JSON line; with `--check` the table is not written.
"""

import argparse
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from service.events.bounce import learned, mime, replies
from service.events.bounce.learned import Model
from service.events.bounce.replies import Seen

HERE = Path(__file__).parent / "replies"
FOLDS = 6
LEAST = 3  # texts that have a feature, before it counts
EPOCHS, RATE, DECAY = 40, 4.0, 2e-5


class Example(NamedTuple):
    """A text as `learned` sees it, and whether a machine wrote it."""

    source: str
    automatic: bool
    seen: Seen


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="only measure")
    args = parser.parse_args()
    examples = read()
    figures = measure(examples)
    if not args.check:
        write(train(examples))
    print(json.dumps(figures))
    return 0


def read() -> list[Example]:
    """Return all texts, as they would be read from a mail."""
    found = []
    for path in sorted(HERE.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            mail = mime.read(
                f"Subject: {told['subject']}\nContent-Type: text/plain; charset=utf-8\n"
                f"Content-Transfer-Encoding: 8bit\n\n{told['text']}\n".encode()
            )
            found.append(Example(path.stem, told["kind"] == "auto", replies.seen(mail)))
    return found


def train(examples: Sequence[Example]) -> Model:
    """Descend along one example after another, in an order that is mixed but always the same."""
    among: Counter[str] = Counter()
    for one in examples:
        among.update({*one.seen.words, *one.seen.notions})
    rarity = {
        name: round(math.log((1 + len(examples)) / (1 + n)) + 1, 3)
        for name, n in among.items()
        if n >= LEAST
    }
    vectors = [learned.vector(one.seen.words, one.seen.notions, rarity) for one in examples]
    weights: dict[str, float] = defaultdict(float)
    bias = 0.0
    for epoch in range(EPOCHS):
        rate = RATE / (1 + 0.2 * epoch)
        for index in sorted(range(len(examples)), key=lambda i: crc32(f"{epoch} {i}".encode())):
            vector = vectors[index]
            value = bias + sum(weights[name] * much for name, much in vector.items())
            step = rate * (
                examples[index].automatic - 1 / (1 + math.exp(-max(-30, min(30, value))))
            )
            bias += 0.05 * step
            for name, much in vector.items():
                weights[name] += step * much - rate * DECAY * weights[name]
    return Model(round(bias, 3), rarity, {name: round(weights[name], 3) for name in rarity})


def write(model: Model) -> None:
    lines = [str(model.bias)]
    for name in sorted(model.rarity):
        lines.append(f"{name}\t{model.rarity[name]:g}\t{model.weights[name]:g}")
    learned.TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measure(examples: Sequence[Example]) -> dict[str, object]:
    """Return what is found and taken by models that have not seen the text."""
    judged: list[tuple[Example, float]] = []
    for fold in range(FOLDS):
        held = [crc32(f"fold {i}".encode()) % FOLDS == fold for i in range(len(examples))]
        model = train([one for one, out in zip(examples, held, strict=True) if not out])
        judged += [
            (one, learned.likelihood(model, one.seen.words, one.seen.notions))
            for one, out in zip(examples, held, strict=True)
            if out
        ]
    sources = sorted({one.source for one in examples})
    return {
        "all": shares(judged),
        **{s: shares([j for j in judged if j[0].source == s]) for s in sources},
    }


def shares(judged: Sequence[tuple[Example, float]]) -> dict[str, object]:
    """Return how much is found, and wrongly taken, as it is used and at several likelihoods."""
    notes = [score for one, score in judged if one.automatic]
    letters = [score for one, score in judged if not one.automatic]
    sure = Counter(one.automatic for one, score in judged if replies.is_sure(one.seen, score))
    steps = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
    return {
        "notes": len(notes),
        "letters": len(letters),
        "found": round(sure[True] / max(1, len(notes)), 3),
        "taken": round(sure[False] / max(1, len(letters)), 4),
        "found_taken": {
            str(step): (
                round(sum(score >= step for score in notes) / max(1, len(notes)), 3),
                round(sum(score >= step for score in letters) / max(1, len(letters)), 4),
            )
            for step in steps
        },
    }


if __name__ == "__main__":
    sys.exit(main())
