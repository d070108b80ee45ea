"""The delivery stage's named statements. It decides nothing."""

from service.delivery.model import Attempt, RelayState
from service.kit import sql

_queries = sql.beside(__file__)
record = _queries.run("record")
attempts = _queries.many("attempts", Attempt)
relay_down = _queries.run("relay_down")
relay_up = _queries.run("relay_up")
take_probe = _queries.one("take_probe", RelayState)
relay_state = _queries.one("relay_state", RelayState)
forget = _queries.run("forget")
