"""The tables `item`, `item_revision`, `item_topic` and `topic`, as named statements."""

from datetime import datetime

import msgspec

from service.items.dedupe import Known
from service.items.model import FiledTopic, Item, ItemRevision, ItemRow, ItemState, Topic
from service.kit import db, sql
from service.kit.text import msg

db.CONSTRAINTS["topic_slug_unique"] = msg("There is a topic of this name already.")
db.CONSTRAINTS["topic_slug_form"] = msg("A topic's name begins with a letter or a digit.")
db.CONSTRAINTS["topic_title_given"] = msg("Give the topic a name.")


class StateCounts(msgspec.Struct, frozen=True):
    """How many items stand in each state; `changed` ones differ from what was picked."""

    new: int
    picked: int
    discarded: int
    changed: int


class Waiting(msgspec.Struct, frozen=True):
    """What waits in the inbox: items, of how many sources, the oldest since when."""

    items: int
    sources: int
    since: datetime | None


class Waitings(msgspec.Struct, frozen=True):
    """A source or topic with how many of its items wait."""

    id: int
    title: str
    waiting: int


_q = sql.beside(__file__)

by_id = _q.one("by_id", Item)
plan_each_time = _q.run("plan_each_time")
listing = _q.many("listing", ItemRow)
changed = _q.many("changed", ItemRow)
search_near = _q.many("search_near", ItemRow)
search = _q.many("search", ItemRow)
state_counts = _q.one("state_counts", StateCounts)
waiting = _q.one("waiting", Waiting)
source_counts = _q.many("source_counts", Waitings)
topic_counts = _q.many("topic_counts", Waitings)
known = _q.many("known", Known)
add = _q.run("add")
keep_revision = _q.run("keep_revision")
trim_revisions = _q.run("trim_revisions")
rewrite = _q.run("rewrite")
note_listing = _q.run("note_listing")
revisions = _q.many("revisions", ItemRevision)
state_of = _q.value("state_of", ItemState)
move = _q.values("move", int)
acknowledge = _q.run("acknowledge")
topics = _q.many("topics", Topic)
topic = _q.one("topic", Topic)
add_topic = _q.value("add_topic", int)
change_topic = _q.run("change_topic")
remove_topic = _q.run("remove_topic")
place_topic = _q.run("place_topic")
filed = _q.many("filed", FiledTopic)
file = _q.run("file")
unfile_others = _q.run("unfile_others")
suggest = _q.run("suggest")
