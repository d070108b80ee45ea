"""A destination as people see it: its speed now, what waits for it, what it said last. Pure."""

from datetime import datetime

from msgspec import Struct

from service.delivery import pace
from service.delivery.model import DestinationCondition, DestinationKind
from service.delivery.pace import Pace


class Sight(Struct, frozen=True):
    """A destination as its row says, and how many messages wait for it. Rates are mails a second.

    One that never gave trouble has no row, and nothing but messages; `calm` is who did not call us
    too fast lately.
    """

    kind: DestinationKind
    name: str
    calm: bool
    waiting: int
    ceiling: float | None
    slowed_at: datetime | None
    strikes: int
    rests: int
    paused_until: datetime | None
    flow: float
    flow_at: datetime | None
    burst: float
    window: int
    last_code: int
    last_status: str
    last_reply: str
    last_at: datetime | None

    @property
    def pace(self) -> Pace:
        """What its speed follows from."""
        known = (self.ceiling, self.slowed_at, self.strikes, self.rests, self.paused_until)
        return Pace(*known, self.flow, self.flow_at, self.burst, self.window)

    def condition(self, now: datetime) -> DestinationCondition:
        """Return how it stands now."""
        return pace.condition(self.pace, now)

    def rate(self, now: datetime) -> float:
        """Return how many mails a second may leave for it: 0 at rest, inf where free."""
        return pace.rate(self.pace, now)
