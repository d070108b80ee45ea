"""Links of a sent mail: counted, then forwarded. No cookie, no address, no person.

The counter is the one thing that a GET changes here. It can neither slow nor fail the redirect:
visits are gathered in memory and written after the answer, by one writer at a time.
"""

from datetime import datetime

from litestar import Response, get
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import State
from litestar.params import FromPath

from service.events import actions as events
from service.events import scanner
from service.events.model import ClickCount, Target
from service.kit import log
from service.kit.db import Database
from service.kit.errors import NotFound
from service.kit.text import msg
from service.web import headers
from service.web.guards import ASSET
from service.web.pages import Page
from service.web.session import Call

_log = log.logger("clicks")
_HEADERS = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}
_MOST_LINKS = 2**31 - 1
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}

Key = tuple[int, int, datetime]


class Tally:
    """Visits that are counted but not yet written."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: dict[Key, tuple[int, int]] = {}
        self._writing = False

    async def add(self, key: Key, by_scanner: bool) -> None:
        """Count one visit; write what has gathered, unless somebody is writing already."""
        people, scanners = self._waiting.get(key, (0, 0))
        self._waiting[key] = (people + (not by_scanner), scanners + by_scanner)
        if self._writing:
            return
        self._writing = True
        try:
            while self._waiting:
                await self._write()
        except Exception:  # noqa: BLE001 - the mail's reader has long been forwarded
            _log.exception("clicks wait to be counted: %s", len(self._waiting))
        finally:
            self._writing = False

    async def _write(self) -> None:
        taken, self._waiting = self._waiting, {}
        counts = [ClickCount(*key, *visits) for key, visits in taken.items()]
        try:
            async with self._db.tx() as tx:
                await events.record_clicks(tx, counts)
        except BaseException:
            for key, (people, scanners) in taken.items():
                more = self._waiting.get(key, (0, 0))
                self._waiting[key] = (people + more[0], scanners + more[1])
            raise


@get("/k/{dispatch:int}/{number:int}", opt=ASSET, name="click")
async def follow(page: Page, dispatch: FromPath[int], number: FromPath[int]) -> Response[None]:
    """Forward to a link of the sent mail, and to nothing else."""
    if number > _MOST_LINKS:
        raise NotFound(msg("This link does not belong to any of our mails."))
    async with page.db.read() as tx:
        target = await events.target(tx, dispatch, number)
    hour = page.now.replace(minute=0, second=0, microsecond=0)
    counter = tally(page.request.app.state, page.db)
    by_scanner = scanner.is_scanner(visit(page, target))
    return Response(
        None,
        status_code=302,
        headers={"location": headers.address(target.url), **_HEADERS},
        background=BackgroundTask(counter.add, (dispatch, number, hour), by_scanner),
    )


def tally(state: State, db: Database) -> Tally:
    """Return this process's tally."""
    if "clicks" not in state:
        state["clicks"] = Tally(db)
    kept: Tally = state["clicks"]
    return kept


def visit(page: Page, target: Target) -> scanner.Visit:
    """Return what this request shows about who is there."""
    request: Call = page.request
    asked = request.headers
    return scanner.Visit(
        method=str(request.scope.get("asked_method", request.method)),
        user_agent=asked.get("user-agent", ""),
        fetch_site=asked.get("sec-fetch-site"),
        fetch_mode=asked.get("sec-fetch-mode"),
        purpose=asked.get("sec-purpose", "") or asked.get("purpose", "") or asked.get("x-moz", ""),
        secure=page.app.settings.secure or request.url.hostname in _LOOPBACK,
        since_opening=page.now - target.opened_at if target.opened_at else None,
    )


routes = [follow]
