"""The delivery stage's named statements. It decides nothing."""

from service.delivery.model import Attempt, Destination, RelayState, Route
from service.delivery.sight import Sight
from service.kit import sql

_queries = sql.beside(__file__)
record = _queries.run("record")
attempts = _queries.many("attempts", Attempt)
relay_down = _queries.run("relay_down")
relay_up = _queries.run("relay_up")
take_probe = _queries.one("take_probe", RelayState)
relay_states = _queries.many("relay_states", RelayState)
knock = _queries.run("knock")
forget = _queries.run("forget")

_destinations = sql.beside(__file__, "destinations.sql")
count = _destinations.many("count", Destination)
set_pace = _destinations.run("set_pace")
blame = _destinations.run("blame")
limited = _destinations.many("limited", Destination)
set_free = _destinations.run("set_free")
forget_destinations = _destinations.run("forget_destinations")
routes = _destinations.many("routes", Route)
ask_routes = _destinations.run("ask_routes")
due_routes = _destinations.many("due_routes", Route)
set_route = _destinations.run("set_route")
forget_routes = _destinations.run("forget_routes")

_overview = sql.beside(__file__, "overview.sql")
overview = _overview.many("overview", Sight)
relays = _overview.many("relays", Sight)
slow = _overview.many("slow", Sight)
count_slowed = _overview.value("count_slowed", int)
domains_of = _overview.values("domains_of", str)
