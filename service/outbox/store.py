"""The outbox's named statements. It decides nothing."""

from msgspec import Struct

from service.kit import db, sql
from service.kit.text import msg
from service.outbox.model import (
    Dispatch,
    DispatchLine,
    DomainCount,
    FirstResults,
    Lease,
    LeftOutLine,
    Letterhead,
    Link,
    Message,
    Notice,
    ReasonCount,
    Recovered,
    Rendition,
    Standing,
    Ticket,
)
from service.outbox.times import (
    ControlCopy,
    CopyOrder,
    Missing,
    SendHours,
    Timed,
    Used,
    Warming,
    WarmUp,
    WarmUpDay,
)

db.CONSTRAINTS["dispatch_of_edition"] = msg("This edition already has a dispatch.")


class Frozen(Struct, frozen=True):
    """How many people a dispatch was frozen to."""

    recipients: int
    left_out: int


class Held(Struct, frozen=True):
    """A letterhead, wrapped, because statements return structs of columns."""

    held: Letterhead


_people = sql.beside(__file__)
add_dispatch = _people.value("add_dispatch", int)
dispatch = _people.one("dispatch", Dispatch)
dispatch_locked = _people.one("dispatch_locked", Dispatch)
dispatch_of_edition = _people.one("dispatch_of_edition", Dispatch)
listing = _people.many("listing", DispatchLine)
under_way = _people.many("under_way", DispatchLine)
count = _people.value("count", int)
move = _people.run("move")
begin_opening = _people.run("begin_opening")
opening = _people.values("opening", int)
opening_locked = _people.one("opening_locked", Dispatch)
set_letterhead = _people.run("set_letterhead")
freeze = _people.one("freeze", Frozen)
cut_chunks = _people.run("cut_chunks")
candidates = _people.many("candidates", ReasonCount)
variants = _people.values("variants", int)
add_rendition = _people.run("add_rendition")
add_link = _people.run("add_link")
editions_all_tried = _people.values("editions_all_tried", int)
finish = _people.run("finish")
hold_stretches = _people.run("hold_stretches")
uncount_owed = _people.run("uncount_owed")
call_back = _people.run("call_back")
call_back_late = _people.run("call_back_late")
prove = _people.run("prove")
withdraw = _people.run("withdraw")
withdraw_stopped = _people.run("withdraw_stopped")
at_the_dot = _people.value("at_the_dot", bool)
send_again = _people.values("send_again", int)
make_due = _people.run("make_due")
hold_all = _people.run("hold_all")
ask_person = _people.run("ask_person")
free_all = _people.run("free_all")
standing = _people.one("standing", Standing)
message = _people.one("message", Message)
recipients = _people.many("recipients", Message)
odd_recipients = _people.many("odd_recipients", Message)
counted = _people.value("counted", int)
count_recipients = _people.value("count_recipients", int)
count_odd_recipients = _people.value("count_odd_recipients", int)
history = _people.many("history", Message)
left_out = _people.many("left_out", LeftOutLine)
left_out_reasons = _people.many("left_out_reasons", ReasonCount)
rendition = _people.one("rendition", Rendition)
letterhead = _people.one("letterhead", Held)
links = _people.many("links", Link)
link = _people.value("link", str)
forget = _people.run("forget")

_ledger = sql.beside(__file__, "ledger.sql")
lease = _ledger.one("lease", Lease)
tickets = _ledger.many("tickets", Ticket)
keep_plans = _ledger.run("keep_plans")
held = _ledger.values("held", int)
uncount = _ledger.run("uncount")
settle = _ledger.run("settle")
turn = _ledger.values("turn", int)
give_back = _ledger.run("give_back")
wake = _ledger.run("wake")
finish_chunk = _ledger.run("finish_chunk")
workers = _ledger.values("workers", str)
renew = _ledger.run("renew")
lost = _ledger.many("lost", Lease)
recover = _ledger.one("recover", Recovered)
uncounted = _ledger.many("uncounted", Lease)
tally = _ledger.run("tally")
first_results = _ledger.one("first_results", FirstResults)

_notices = sql.beside(__file__, "notices.sql")
add_notice = _notices.value("add", int)
claim_notice = _notices.one("claim", Notice)
hand_over_notice = _notices.run("hand_over")
settle_notice = _notices.run("settle")
recover_notices = _notices.run("recover")
forget_notices = _notices.run("forget")

_plan = sql.beside(__file__, "plan.sql")
hours = _plan.one("hours", SendHours)
set_hours = _plan.run("set_hours")
drop_hours = _plan.run("drop_hours")
timed = _plan.many("timed", Timed)
set_stretch = _plan.run("set_stretch")
ended = _plan.values("ended", int)
empty_chunks = _plan.run("empty_chunks")
finish_late = _plan.run("finish_late")
too_late = _plan.many("too_late", LeftOutLine)
count_too_late = _plan.value("count_too_late", int)
warm_ups = _plan.many("warm_ups", WarmUp)
warm_up = _plan.one("warm_up", WarmUp)
warm_up_locked = _plan.one("warm_up_locked", WarmUp)
start_warm_up = _plan.run("start_warm_up")
change_warm_up = _plan.run("change_warm_up")
end_warm_up = _plan.run("end_warm_up")
forget_days = _plan.run("forget_days")
warm_up_days = _plan.many("warm_up_days", WarmUpDay)
count_day = _plan.run("count_day")
senders_under_way = _plan.values("senders_under_way", int)
put_under = _plan.run("put_under")
cut_anew = _plan.run("cut_anew")
used = _plan.one("used", Used)
ahead = _plan.value("ahead", int)
candidate_domains = _plan.many("candidate_domains", DomainCount)
owed_domains = _plan.many("owed_domains", DomainCount)
warming = _plan.many("warming", Warming)
let_go = _plan.value("let_go", int)
let_all_go = _plan.run("let_all_go")
hurry = _plan.value("hurry", int)
control_addresses = _plan.values("control_addresses", str)
drop_control_addresses = _plan.run("drop_control_addresses")
add_control_address = _plan.run("add_control_address")
control_variant = _plan.value("control_variant", int)
add_copy = _plan.run("add_copy")
copy_of_notice = _plan.one("copy_of_notice", CopyOrder)
copies = _plan.many("copies", ControlCopy)
remember_copies = _plan.run("remember_copies")
arrive = _plan.run("arrive")
came_back = _plan.run("came_back")
missing = _plan.many("missing", Missing)
see_missing = _plan.run("see_missing")
