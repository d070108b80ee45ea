"""The tables `source`, `source_host` and `fetch_log`, as named statements. It decides nothing."""

import msgspec

from service.kit import db, sql
from service.kit.text import msg
from service.sources.model import Fetch, HeldHost, Source

db.CONSTRAINTS["source_url_unique"] = msg("This address is already one of the sources.")
db.CONSTRAINTS["source_title_given"] = msg("Give the source a name.")
db.CONSTRAINTS["source_crawl_delay"] = msg("The pause is a number of seconds from 0 to 600.")


class Counts(msgspec.Struct, frozen=True):
    """How many sources there are; `troubled` ones fail or are gone."""

    all: int
    active: int
    paused: int
    troubled: int


_q = sql.beside(__file__)

by_ids = _q.many("by_ids", Source)
listing = _q.many("listing", Source)
counts = _q.one("counts", Counts)
everything = _q.many("everything", Source)
id_of_url = _q.value("id_of_url", int)
urls = _q.values("urls", str)
taken = _q.values("taken", str)
keep_hosts = _q.run("keep_hosts")
add = _q.values("add", int)
change = _q.run("change")
set_state = _q.run("set_state")
ask_now = _q.run("ask_now")
claim = _q.values("claim", int)
claim_one = _q.run("claim_one")
readdress = _q.run("readdress")
hold = _q.many("hold", HeldHost)
let_go = _q.run("let_go")
settle = _q.run("settle")
free_hosts = _q.run("free_hosts")
log = _q.run("log")
trim_log = _q.run("trim_log")
log_of = _q.many("log_of", Fetch)
