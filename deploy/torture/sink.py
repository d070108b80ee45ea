"""The mail server of the torture as a process: faults by chance, and a journal that outlives it.

    python -m deploy.torture.sink PORT JOURNAL SEED FAULTS LIMIT WINDOW STROKES

FAULTS is the share of mails that meet a fault, LIMIT how many mails it takes within WINDOW seconds
(0: any number): any such seconds, or with STROKES 1 those between two strokes of its clock. What an
address always meets stands in its name. Every final dot, and whoever came too fast, is in the
journal before anybody hears of it.
"""

import asyncio
import os
import random
import sys
from collections import deque
from pathlib import Path

from msgspec import Struct

from deploy.torture.relay import AFTER_DOT, OK, Answer, Fault, Greeting, Relay
from service.kit import clock

GONE, GREY, BUSY = "gone-", "grey-", "busy-"  # refused; put off at RCPT once; at the dot twice
TOO_FAST = "rcpt 450 4.7.1 too many mails, slow down"
_TEMPORARY: tuple[Answer, ...] = (
    "421 4.3.2 shutting down",
    "rcpt 421 4.3.2 too many connections",
    "rcpt 450 4.2.0 later",
    "452 4.3.1 disk full",
)
_CUTS: tuple[Answer, ...] = tuple(fault for fault in Fault if fault not in AFTER_DOT)
_DOUBTS: tuple[Answer, ...] = tuple(AFTER_DOT)
_BAD_GREETINGS: tuple[str | Greeting, ...] = (
    Greeting.HANG_UP,
    "421 4.3.2 come back later",
    "554 5.3.2 no service here",
)


class Dot(Struct, frozen=True):
    """A final dot as the journal has it. `kept`: its recipient has the mail, whatever we said."""

    at: float
    recipient: str
    kept: bool
    answered: bool
    said: str


class Journal:
    """Appends dots to a file, each in one write that a kill -9 cannot take back."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __call__(self, recipient: str, answer: Answer, _content: bytes) -> None:
        answered = isinstance(answer, str)
        kept = not answered or answer.startswith("250")
        said = answer if answered else answer.name
        os.write(
            self._file,
            f"{clock.now().timestamp():.6f}\t{recipient}\t{kept}\t{answered}\t{said}\n".encode(),
        )


def read(path: Path) -> list[Dot]:
    """Return every dot of a journal; a line that a kill cut short was never answered."""
    dots = []
    for line in path.read_text().splitlines(keepends=True):
        fields = line.rstrip("\n").split("\t")
        if len(fields) == 5 and line.endswith("\n"):
            at, recipient, kept, answered, said = fields
            dots.append(Dot(float(at), recipient, kept == "True", answered == "True", said))
    return dots


class Limit(Struct, frozen=True):
    """How many mails are taken within how many seconds; 0: any number."""

    mails: int = 0
    window: int = 1
    strokes: bool = False


class Sink(Relay):
    """A relay whose connections begin badly now and then."""

    def __init__(self, journal: Journal, seed: int, faults: float, limit: Limit) -> None:
        super().__init__(self._answer, journal=journal)
        self.keep = False
        self._journal = journal
        self._random = random.Random(seed)
        self._faults, self._limit = faults, limit
        self._lately: deque[float] = deque()  # when we took what we took within the window

    def greet(self) -> str | Greeting:
        if self._random.random() < self._faults:
            return self._random.choice(_BAD_GREETINGS)
        return super().greet()

    def _answer(self, recipient: str, tried: int) -> Answer:
        if recipient.startswith(GONE):
            return "rcpt 550 5.1.1 no such mailbox"
        if recipient.startswith(GREY) and tried == 1:
            return "rcpt 451 4.7.1 greylisted, come back later"
        if recipient.startswith(BUSY) and tried <= 2:
            return "451 4.3.0 try again"
        if self._too_fast():
            self._journal(recipient, TOO_FAST, b"")
            return TOO_FAST
        if self._random.random() >= self._faults:
            return OK
        return self._random.choice(self._random.choice((_TEMPORARY, _CUTS, _CUTS, _DOUBTS)))

    def _too_fast(self) -> bool:
        now = asyncio.get_running_loop().time()
        limit = self._limit
        since = now - (now % limit.window if limit.strokes else limit.window)
        while self._lately and self._lately[0] <= since:
            self._lately.popleft()
        if limit.mails and len(self._lately) >= limit.mails:
            return True
        self._lately.append(now)
        return False


async def main(port: int, journal: Path, seed: int, faults: float, limit: Limit) -> None:
    sink = Sink(Journal(journal), seed, faults, limit)
    await sink.start(port)
    print(sink.port, flush=True)
    await sink.ended.wait()


if __name__ == "__main__":
    _port, _journal, _seed, _faults, *_limit = sys.argv[1:]
    _mails, _window, _strokes = map(int, _limit)
    _takes = Limit(_mails, _window, strokes=bool(_strokes))
    asyncio.run(main(int(_port), Path(_journal), int(_seed), float(_faults), _takes))
