"""The tables of this stage, as named statements: items and topics, stories."""

from datetime import datetime

import msgspec

from service.items.dedupe import Known
from service.items.model import (
    Asked,
    Attached,
    Behind,
    Deed,
    DocumentRow,
    File,
    FiledTopic,
    Item,
    ItemName,
    ItemRevision,
    ItemRow,
    Member,
    Note,
    PictureRow,
    Telling,
    Topic,
    Wrote,
)
from service.items.weighing import Read
from service.kit import db, sql
from service.kit.text import msg

db.CONSTRAINTS["topic_slug_unique"] = msg("There is a topic of this name already.")
db.CONSTRAINTS["topic_slug_form"] = msg("A topic's name begins with a letter or a digit.")
db.CONSTRAINTS["topic_title_given"] = msg("Give the topic a name.")


class StateCounts(msgspec.Struct, frozen=True):
    """How many items stand in each state.

    `changed` ones differ from what was picked, `later` ones were put off, `muted` ones are kept
    out of sight by a word, `mine` wait for the editor who asks.
    """

    new: int
    picked: int
    discarded: int
    changed: int
    later: int
    muted: int
    mine: int


class Added(msgspec.Struct, frozen=True):
    """What came in as an item of its own."""

    id: int
    source_id: int
    external_id: str


class StoryText(msgspec.Struct, frozen=True):
    """What copies are found by; `at` is when it was published, else seen."""

    id: int
    title: str
    lead: str
    text: str
    url: str
    language: str
    at: datetime
    publisher_group: str


class Apart(msgspec.Struct, frozen=True):
    """Two items that an editor took apart."""

    one_id: int
    other_id: int


class Judged(msgspec.Struct, frozen=True):
    """What an editor has judged: an example to learn from."""

    id: int
    title: str
    lead: str
    text: str
    picked: bool
    topics: list[int]


class KnownModel(msgspec.Struct, frozen=True):
    """What was learned, when, and from how many items."""

    trained_at: datetime
    examples: int
    body: bytes


class WatchWord(msgspec.Struct, frozen=True):
    word: str
    mutes: bool


class Latest(msgspec.Struct, frozen=True):
    """One of the newest items, to try a topic's words on."""

    id: int
    title: str
    lead: str
    text: str


class Containing(msgspec.Struct, frozen=True):
    """A word that stands inside of a longer one."""

    sought: str
    word: str


class Said(msgspec.Struct, frozen=True):
    """What an item says, as far as a search result quotes it."""

    id: int
    text: str


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
known = _q.many("known", Known)
add = _q.many("add", Added)
pages_due = _q.many("pages_due", Behind)
keep_pages = _q.values("keep_pages", int)
settle_pages = _q.run("settle_pages")
keep_revisions = _q.run("keep_revisions")
trim_revisions = _q.run("trim_revisions")
rewrite = _q.run("rewrite")
note_listing = _q.run("note_listing")
revisions = _q.many("revisions", ItemRevision)
move = _q.values("move", int)
snooze = _q.run("snooze")
acknowledge = _q.run("acknowledge")
topics = _q.many("topics", Topic)
topic = _q.one("topic", Topic)
topic_locked = _q.one("topic_locked", Topic)
add_topic = _q.value("add_topic", int)
change_topic = _q.run("change_topic")
remove_topic = _q.run("remove_topic")
place_topic = _q.run("place_topic")
filed = _q.many("filed", FiledTopic)
file = _q.run("file")
unfile_others = _q.run("unfile_others")
suggest = _q.run("suggest")

_l = sql.beside(__file__, "listing.sql")

plan_each_time = _l.run("plan_each_time")
newest = _l.values("newest", int)
by_relevance = _l.values("by_relevance", int)
found_near = _l.values("found_near", int)
found = _l.values("found", int)
reaching = _l.value("reaching", datetime)
rows = _l.many("rows", ItemRow)
said = _l.many("said", Said)
containing = _l.many("containing", Containing)
keep_words = _l.run("keep_words")
state_counts = _l.one("state_counts", StateCounts)
waiting = _l.one("waiting", Waiting)
source_counts = _l.many("source_counts", Waitings)
topic_counts = _l.many("topic_counts", Waitings)

_t = sql.beside(__file__, "together.sql")

assign = _t.run("assign")
add_note = _t.value("add_note", int)
remove_note = _t.run("remove_note")
notes = _t.many("notes", Note)
remember = _t.value("remember", int)
note_blocks = _t.run("note_blocks")
last_deed = _t.one("last_deed", Deed)
take_deed = _t.one("take_deed", Deed)
put_as_before = _t.values("put_as_before", int)
unfile_as_before = _t.run("unfile_as_before")
file_as_before = _t.run("file_as_before")
last_edition = _t.value("last_edition", int)
forget_deeds = _t.run("forget_deeds")

_s = sql.beside(__file__, "stories.sql")

one_at_a_time = _s.run("one_at_a_time")
texts = _s.many("texts", StoryText)
keep_runs = _s.run("keep_runs")
resembling = _s.values("resembling", int)
forget_runs = _s.run("forget_runs")
members = _s.many("members", Member)
apart = _s.many("apart", Apart)
new_stories = _s.values("new_stories", int)
join_stories = _s.run("join_stories")
leave_story = _s.run("leave_story")
forget_stories = _s.run("forget_stories")
follow = _s.run("follow")
part = _s.run("part")
rejoin = _s.run("rejoin")
hint = _s.run("hint")
forget_hints = _s.run("forget_hints")
told_by = _s.many("told_by", Telling)
possibly = _s.many("possibly", Telling)
put_back = _s.run("put_back")

_r = sql.beside(__file__, "relevance.sql")

one_weighing = _r.run("one_weighing")
unweighed = _r.many("unweighed", Read)
note_weight = _r.run("note_weight")
note_learned = _r.run("note_learned")
weigh_anew = _r.run("weigh_anew")
examples = _r.many("examples", Judged)
judged_since = _r.value("judged_since", int)
model = _r.one("model", KnownModel)
keep_model = _r.run("keep_model")
words = _r.many("words", WatchWord)
forget_words = _r.run("forget_words")
add_words = _r.run("add_words")
latest = _r.many("latest", Latest)

_b = sql.beside(__file__, "beside.sql")

keep_marks = _b.run("keep_marks")
names_of = _b.many("names_of", ItemName)
keep_documents = _b.run("keep_documents")
forget_documents = _b.run("forget_documents")
documents_of = _b.many("documents_of", DocumentRow)
wrote = _b.one("wrote", Wrote)
document = _b.one("document", Attached)
to_ask = _b.many("to_ask", Asked)
note_sizes = _b.run("note_sizes")
picture_of = _b.one("picture_of", PictureRow)
want_picture = _b.run("want_picture")
wanted = _b.many("wanted", Asked)
keep_picture = _b.run("keep_picture")
settle_picture = _b.run("settle_picture")
picture = _b.one("picture", File)
