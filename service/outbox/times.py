"""What hours, plans and control copies of a dispatch are, as frozen values. Data only."""

from datetime import date, datetime, time

from msgspec import Struct

from service.outbox.model import MessageState


class SendHours(Struct, frozen=True):
    """When mail of a newsletter may leave: ISO weekdays and Swiss times; 00:00 ends a day."""

    days: tuple[int, ...]
    opens: time
    closes: time

    @property
    def runs(self) -> list[tuple[int, int]]:
        """Return the weekdays as runs (first, last), so that a page can write «Mo–Fr, So»."""
        found: list[tuple[int, int]] = []
        for day in sorted(self.days):
            if found and found[-1][1] == day - 1:
                found[-1] = (found[-1][0], day)
            else:
                found.append((day, day))
        return found


class Stretch(Struct, frozen=True):
    """An uninterrupted time in which mail may leave: from `opens_at`, before `closes_at`."""

    opens_at: datetime
    closes_at: datetime


class Timed(Struct, frozen=True):
    """A dispatch with the stretch that is set, and with its newsletter's hours, if it has any."""

    id: int
    opens_at: datetime | None
    closes_at: datetime | None
    days: tuple[int, ...] | None
    opens: time | None
    closes: time | None


class WarmUp(Struct, frozen=True):
    """How many mails a sender's domain sends on its first day with mail, its second and so on."""

    domain: str
    steps: list[int]
    started_at: datetime
    ended_at: datetime | None

    @property
    def seen(self) -> str:
        """What a form was filled in upon, so that nobody's change is overwritten unseen."""
        return ", ".join(map(str, self.steps))


class WarmUpDay(Struct, frozen=True):
    """One day of a warm-up: which step it stood for, how many might leave, how many left."""

    day: date
    step: int
    most: int
    sent: int


class Used(Struct, frozen=True):
    """What left today, and what has been let go and may still leave."""

    sent: int
    on_the_way: int


class Warming(Struct, frozen=True):
    """A running dispatch under a plan, with its newsletter's hours, if it has any."""

    id: int
    opened_at: datetime
    days: tuple[int, ...] | None
    opens: time | None
    closes: time | None


class CopyOrder(Struct, frozen=True):
    """Which mail of which dispatch one control address gets."""

    id: int
    dispatch_id: int
    address: str
    variant: int


class ControlCopy(Struct, frozen=True):
    """What became of the copy to one control address; `came_back` says why, if it did."""

    id: int
    address: str
    state: MessageState | None
    handed_at: datetime | None
    arrived_at: datetime | None
    came_back: str
    seen_at: datetime | None
    reply: str
    code: int
    status: str


class Missing(Struct, frozen=True):
    """A dispatch of whose control copies some should have arrived, and have not."""

    dispatch_id: int
    title: str
    missing: int
