"""The workers' named statements. It decides nothing."""

from service.kit import sql
from service.workers.model import Worker

_queries = sql.beside(__file__)
tell = _queries.run("tell")
leave = _queries.run("leave")
forget = _queries.run("forget")
known = _queries.many("known", Worker)
is_any_alive = _queries.value("is_any_alive", bool)
