"""The tables of this stage, statement by statement (queries.sql). It decides nothing."""

from service.editions.model import (
    Approval,
    Association,
    Block,
    Edition,
    EditionRow,
    Newsletter,
)
from service.kit import db, sql
from service.kit.text import msg

_q = sql.beside(__file__)

db.CONSTRAINTS["newsletter_slug_unique"] = msg("Another newsletter has this address already.")
db.CONSTRAINTS["newsletter_slug_form"] = msg(
    "The address may only have small letters, digits and single hyphens."
)
db.CONSTRAINTS["newsletter_language"] = msg("This language is not supported.")
db.CONSTRAINTS["edition_number_unique"] = msg(
    "Somebody created this edition at the same moment. Try again."
)

association = _q.one("association", Association)
save_association = _q.run("save_association")

newsletters = _q.many("newsletters", Newsletter)
newsletter = _q.one("newsletter", Newsletter)
newsletter_by_slug = _q.one("newsletter_by_slug", Newsletter)
add_newsletter = _q.value("add_newsletter", int)
change_newsletter = _q.run("change_newsletter")

edition = _q.one("edition", Edition)
lock_edition = _q.one("lock_edition", Edition)
add_edition = _q.value("add_edition", int)
change_words = _q.run("change_words")
touch_edition = _q.run("touch_edition")
set_state = _q.run("set_state")
hand_in = _q.run("hand_in")
publish = _q.run("publish")
editions = _q.many("editions", EditionRow)
count_editions = _q.value("count_editions", int)
editions_in = _q.values("editions_in", int)
published = _q.many("published", Edition)
latest_public = _q.many("latest_public", Edition)
published_by_slug = _q.one("published_by_slug", Edition)

blocks = _q.many("blocks", Block)
removed_blocks = _q.many("removed_blocks", Block)
blocks_of_editions = _q.many("blocks_of_editions", Block)
block = _q.one("block", Block)
add_block = _q.value("add_block", int)
change_block = _q.run("change_block")
place_blocks = _q.run("place_blocks")
set_removed = _q.run("set_removed")

approvals = _q.many("approvals", Approval)
add_approval = _q.run("add_approval")
void_approvals = _q.run("void_approvals")
standing_approval = _q.value("standing_approval", str)

changed_items = _q.values("changed_items", int)
repeated_items = _q.values("repeated_items", int)
doubled_items = _q.values("doubled_items", int)
