"""The publishers of the ingest benchmark: one process that stands for thousands of hosts.

Every address of 127.0.0.0/8 leads to it; source N is asked at /feed/N. It answers after a latency
of 50–400 ms, 304 where nothing is new, and it counts how politely it is asked, host by host.
It counts nothing of our own: run it in a process of its own, so that its work is not ours.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from datetime import timedelta
from email.utils import format_datetime
from functools import lru_cache
from random import Random

import uvloop
from _prose import Prose

from service.kit import clock

GAP_S = 2.0
# Clocks of two processes and a packet in between: what is shorter by this is not impolite.
_GRAIN_S = 0.02
_ASKED = re.compile(rb"GET (\S+) ")
_VALIDATOR = re.compile(rb'if-none-match: "v(\d)"', re.IGNORECASE)
_ENTRIES = 10
NOW = clock.now()
PROSE = Prose()
FOOT = "Für weitere Auskünfte wenden Sie sich bitte an die Medienstelle der Direktion, Zimmer"


class Stand:
    """What is published, and how it was asked for."""

    def __init__(self) -> None:
        self.edition = 1
        self.flying: Counter[str] = Counter()
        self.waiting_until: dict[str, float] = {}
        self.clear()

    def clear(self) -> None:
        self.counts = {"asked": 0, "not_modified": 0, "sent": 0, "refused": 0}
        self.impolite = {"two_at_once": 0, "gaps_broken": 0, "asked_while_told_to_wait": 0}
        self.gaps = 0
        self.freed_at: dict[str, float] = {}

    def control(self, path: str) -> bytes:
        """Answer the benchmark itself: `/turn` publishes a new edition, `/counts` tells."""
        if path == "/turn":
            self.edition += 1
            self.clear()
        return json.dumps(self.counts | self.impolite | {"gaps": self.gaps}).encode()

    def begin(self, host: str, now: float) -> None:
        self.impolite["two_at_once"] += self.flying[host] > 0
        self.flying[host] += 1
        if host in self.freed_at:
            self.gaps += 1
            self.impolite["gaps_broken"] += now - self.freed_at[host] < GAP_S - _GRAIN_S

    def end(self, host: str, now: float) -> None:
        self.flying[host] -= 1
        self.freed_at[host] = now

    def answer(self, number: int, has: int, now: float) -> bytes:
        """Return the bytes that source `number` sends to somebody who has edition `has`."""
        self.counts["asked"] += 1
        self.impolite["asked_while_told_to_wait"] += now < self.waiting_until.get(str(number), 0)
        if number % 100 == 7:
            self.counts["refused"] += 1
            self.waiting_until[str(number)] = now + 3600
            return head("429 Too Many Requests", "Retry-After: 3600\r\n", b"")
        edition = self.edition if number % 10 == 0 else 1
        if has == edition:
            self.counts["not_modified"] += 1
            return head("304 Not Modified", f'ETag: "v{edition}"\r\n', b"")
        self.counts["sent"] += 1
        kind = f'ETag: "v{edition}"\r\nContent-Type: application/rss+xml\r\n'
        return head("200 OK", kind, feed(number, edition))


class Publisher(asyncio.Protocol):
    """One connection; it is asked one thing and closed by whoever asked."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._host = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if b"\r\n\r\n" not in self._buffer:
            return
        asked, self._buffer = self._buffer, b""
        path = _ASKED.match(asked).group(1).decode()
        if not path.startswith("/feed/"):
            self._transport.write(head("200 OK", "", self._stand.control(path)))
            return
        number, has = int(path[6:]), _VALIDATOR.search(asked)
        loop, now = asyncio.get_running_loop(), time.monotonic()
        self._stand.begin(self._host, now)
        latency = Random(number).uniform(0.05, 0.4)
        loop.call_later(latency, self._reply, number, int(has.group(1)) if has else 0)

    def _reply(self, number: int, has: int) -> None:
        now = time.monotonic()
        self._transport.write(self._stand.answer(number, has, now))
        self._stand.end(self._host, now)


def head(status: str, headers: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


@lru_cache(maxsize=64)
def feed(number: int, edition: int) -> bytes:
    """Return a feed of ten entries; a new edition brings one more and changes another."""
    entries = "".join(entry(number, n, edition) for n in range(edition, edition + _ENTRIES))
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Amt {number}"
        f"</title><link>https://amt-{number}.example/</link><language>de</language>{entries}"
        "</channel></rss>"
    ).encode()


def entry(number: int, n: int, edition: int) -> str:
    """Return a piece of the last days; every tenth is one that other sources publish, too."""
    changed = f"Ergänzt in Ausgabe {edition}. " if n == edition + 1 and edition > 1 else ""
    shared = n % 10 == 1
    title, text = piece(number // 500, 0) if shared else piece(number, n)
    at = format_datetime(NOW - timedelta(hours=n % 48 + 1))
    return (
        f"<item><guid isPermaLink='false'>{number}-{n}</guid><title>{title}</title>"
        f"<link>https://amt-{number}.example/m/{n}</link><description>{text}{changed}</description>"
        f"<pubDate>{at}</pubDate></item>"
    )


def piece(number: int, n: int) -> tuple[str, str]:
    """Return a release of about 150 words of its own, with the foot of its publisher's."""
    dice = Random(number * 1000 + n)
    words = " ".join(PROSE.sentences(dice, 8, 13))
    return PROSE.title(dice), f"{words} {FOOT} {number % 50}. "


async def main() -> None:
    """Serve until the standard input closes; the port is the one line that is printed."""
    stand, loop = Stand(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Publisher(stand), "0.0.0.0", 0, backlog=4096)  # noqa: S104
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(main())
