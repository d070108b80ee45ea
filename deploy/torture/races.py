"""Unsubscribes that race the final dot: who is told "you are out" gets no new mail after it.

    ./run torture --races N [--by-mail] [--hasty] [--json]

Every recipient of a dispatch posts a one-click unsubscribe (RFC 8058) at an instant by chance
around their own hand-over, to the product's own web application, or with `--by-mail` writes to the
address of List-Unsubscribe, at the product's own listener. A mail server at a distance by chance
writes down when each final dot arrives. After the answer no dot may. `--hasty` takes the wait out
of the doors, in this process only: it must find violations, or the check sees nothing.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import aiosmtplib
from msgspec import Struct

from deploy.torture import cast
from deploy.torture.house import House
from deploy.torture.relay import Answer, Relay
from service import app as composition
from service.events import arrivals
from service.events.actions import Tools
from service.events.listener import Arrived, Listener
from service.kit import clock
from service.kit.db import Database
from service.kit.settings import Settings
from service.outbox import actions as outbox
from service.outbox import links
from service.outbox.model import DispatchState
from service.web import application as web

_FARTHEST_S = 0.25  # how long a dot is on its way, at most
_EARLIEST = 25  # hand-overs before one's own
_LATEST_S = (0.0, 0.05, 0.3)  # after one's own was announced, at most
_AT_ONCE = 16  # races that run at the same time
_PATIENCE_S = 1.0  # a longer wait would look like a mail server that says nothing
_DOMAIN = "bounce.torture.example"
_COMMIT_TIMES = ("track_commit_timestamp=on",)
_TOLD = """
select m.address, m.handed_at, pg_xact_commit_timestamp(e.xmin) as committed
from message m
left join event e on e.message_id = m.id and e.kind = 'unsubscribed'
where m.dispatch_id = $1
"""


class Race(Struct, frozen=True):
    """One race as it was run; times are instants, None for what never happened."""

    announced: bool
    handed_at: datetime | None
    committed: datetime | None
    dot: datetime | None
    answered: datetime | None


def judge(race: Race) -> str:
    """Return how a race ended; the last two words are violations of the promise.

    `announced`: a worker had told the mail server of it and did not send it. `at_the_dot`: the
    unsubscribe was committed between the permission and the dot. `after`: the dot came before.
    """
    if race.answered is None or race.committed is None:
        return "unanswered"
    if race.dot is None:
        return "announced" if race.announced else "queued"
    if race.dot > race.answered:
        return "dot_after_answer"
    if race.handed_at is None or race.handed_at > race.committed:
        return "dot_despite_fence"
    return "at_the_dot" if race.dot > race.committed else "after"


class Distant(Relay):
    """A mail server that dots take their time to reach, and that waits while many races run."""

    def __init__(self, seed: int, begins: Callable[[str], None]) -> None:
        super().__init__(self._seen)
        self.keep = False
        self.arrivals: dict[str, datetime] = {}
        self.racing = 0
        self._begins = begins
        self._random = random.Random(seed)
        self._fewer = asyncio.Condition()

    def _seen(self, recipient: str, _tried: int) -> Answer:
        self._begins(recipient)
        return "250 2.0.0 queued"

    async def take(self, recipient: str, answer: Answer, content: bytes) -> None:
        await asyncio.sleep(self._random.uniform(0, _FARTHEST_S))  # the distance
        self.arrivals.setdefault(recipient, clock.now())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S), self._fewer:
                await self._fewer.wait_for(lambda: self.racing < _AT_ONCE)
        await super().take(recipient, answer, content)

    async def ended_one(self) -> None:
        self.racing -= 1
        async with self._fewer:
            self._fewer.notify_all()


class Races:
    """One dispatch, all of whose recipients leave while it is handed over."""

    def __init__(
        self, folder: Path, *, races: int, seed: int, hasty: bool, by_mail: bool = False
    ) -> None:
        self._folder, self._people, self._seed, self._hasty = folder, races, seed, hasty
        self._by_mail = by_mail
        self._random = random.Random(seed)
        self._house = House(folder, workers=2, connections=12, options=_COMMIT_TIMES)
        self._sink = Distant(seed, self._had_their_turn)
        self._due: dict[str, list[str]] = {}  # at whose turn which links are posted to
        self._answered: dict[str, datetime] = {}
        self._waits: list[float] = []
        self._resumed = 0
        self._errors: Counter[int] = Counter()

    async def run(self) -> dict[str, Any]:
        house = self._house
        try:
            await composition.migrated(house.dsn)
            async with AsyncExitStack() as stack:
                app = await stack.enter_async_context(composition.opened(self._settings()))
                application = web.create(app)
                await stack.enter_async_context(application.lifespan())
                self._ask = application
                tools = Tools(app.signer, app.renderer)

                async def keep(arrived: Arrived) -> None:
                    await arrivals.take_in(app.db, tools, arrived, house.clock)

                listener = Listener("127.0.0.1", 0, _DOMAIN, keep)
                self._post = (await stack.enter_async_context(listener)).port
                dispatch_id = await cast.opened(app.db, self._people, house.clock())
                await self._aim(app, dispatch_id)
                await self._sink.start(house.port)
                await self._race(app.db, dispatch_id)
                async with app.db.read() as tx:
                    told = await tx.fetch(_TOLD, dispatch_id)
        finally:
            await self._sink.stop()
            await house.leave()
        return self._report([dict(row) for row in told])

    def _settings(self) -> Settings:
        return Settings(database_url=self._house.dsn, data_dir=self._folder, pool_size=16)

    async def _aim(self, app: composition.App, dispatch_id: int) -> None:
        """Choose for everybody a moment around their own hand-over."""
        async with app.db.read() as tx:
            ids = await tx.fetch(
                "select id, address from message where dispatch_id = $1 order by id", dispatch_id
            )
        self._owner = {f"/u/{app.signer.sign('message', r['id'])}": r["address"] for r in ids}
        people = list(self._owner.values())
        for number, path in enumerate(self._owner):
            lead = self._random.choice((0,) * 7 + (self._random.randint(0, _EARLIEST),))
            self._due.setdefault(people[max(number - lead, 0)], []).append(path)

    async def _race(self, db: Database, dispatch_id: int) -> None:
        if self._hasty:
            outbox.until_no_dot_starts = _at_once  # type: ignore[assignment]
        async with asyncio.TaskGroup() as group:
            self._group = group
            await self._house.start_workers()
            keeper = group.create_task(self._keep_going(db, dispatch_id))
            await self._sink.until(lambda: len(self._waits) >= self._people)
            keeper.cancel()
        await self._house.drain_workers()

    async def _keep_going(self, db: Database, dispatch_id: int) -> None:
        """Do what an editor does who finds the dispatch waiting: a busy computer looks like one."""
        while True:
            await asyncio.sleep(1)
            async with db.tx() as tx:
                known = await outbox.dispatch(tx, dispatch_id)
                if known.state is DispatchState.WAITING:
                    await outbox.resume(tx, dispatch_id, clock.now())
                    self._resumed += 1

    def _had_their_turn(self, who: str) -> None:
        """Start the races that are due now that one more is handed over, or never will be."""
        for path in self._due.pop(who, ()):
            self._sink.racing += 1
            self._group.create_task(self._leave(path))

    async def _leave(self, path: str) -> None:
        await asyncio.sleep(self._random.uniform(0, self._random.choice(_LATEST_S)))
        began = clock.now()
        await (self._write(path) if self._by_mail else self._click(path))
        self._waits.append((clock.now() - began).total_seconds())
        self._had_their_turn(self._owner[path])
        await self._sink.ended_one()
        await self._sink.note()

    async def _write(self, path: str) -> None:
        to = links.unsubscribe_address(path.removeprefix("/u/"), _DOMAIN)
        words = f"From: <{self._owner[path]}>\r\nSubject: unsubscribe\r\n\r\n".encode()
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=self._post, start_tls=False)
        try:
            async with client:
                await client.sendmail(self._owner[path], [to], words)
            self._answered[self._owner[path]] = clock.now()
        except aiosmtplib.SMTPResponseException as refused:
            self._errors[refused.code] += 1

    async def _click(self, path: str) -> None:
        async def send(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                if message["status"] == 200:
                    self._answered[self._owner[path]] = clock.now()
                else:
                    self._errors[message["status"]] += 1

        await self._ask(_one_click(path), _body(), send)  # type: ignore[arg-type]

    def _race_of(self, who: str, told: dict[str, Any]) -> Race:
        """Return one race: what the ledger says beside what the mail server and the door saw."""
        dot, answered = self._sink.arrivals.get(who), self._answered.get(who)
        return Race(announced=who in self._sink.tries, dot=dot, answered=answered, **told)

    def _report(self, told: list[dict[str, Any]]) -> dict[str, Any]:
        ends = Counter(judge(self._race_of(row.pop("address"), row)) for row in told)
        violations = ends["dot_after_answer"] + ends["dot_despite_fence"]
        overlapped = ends["announced"] + ends["at_the_dot"]
        return {
            "races": len(told),
            "violations": violations,
            "overlapped": overlapped,
            **ends,
            "by_mail": self._by_mail,
            "hasty": self._hasty,
            "answer_ms_median": round(1000 * median(self._waits), 1),
            "answer_ms_longest": round(1000 * max(self._waits), 1),
            "resumed": self._resumed,
            "errors": dict(self._errors),
            "seed": self._seed,
            "sound": not violations and not ends["unanswered"] and ends["at_the_dot"] > 0,
        }


async def _at_once(*_args: object, **_named: object) -> None:
    """Stand in for the wait in a run that must find violations."""


def _one_click(path: str) -> dict[str, Any]:
    headers = [
        (b"host", b"127.0.0.1"),
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-length", b"%d" % len(_ONE_CLICK)),
    ]
    place = {"path": path, "raw_path": path.encode(), "root_path": "", "query_string": b""}
    ends = {"client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 80)}
    kind = {"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http"}
    return {"asgi": {"version": "3.0"}, "headers": headers, "state": {}, **kind, **place, **ends}


_ONE_CLICK = b"List-Unsubscribe=One-Click"


def _body() -> Callable[[], Awaitable[Mapping[str, Any]]]:
    parts = iter(({"type": "http.request", "body": _ONE_CLICK, "more_body": False},))

    async def receive() -> Mapping[str, Any]:
        return next(parts, {"type": "http.disconnect"})

    return receive
