"""The rows of later facts and counted clicks, and counts over what was sent. Decides nothing."""

from datetime import datetime

from service.events.model import (
    Count,
    Coverage,
    Happening,
    HourClicks,
    IntakeState,
    Leaver,
    LinkClicks,
    Original,
    Reach,
    Reported,
    Returned,
    Target,
    Trouble,
)
from service.kit import sql

_q = sql.beside(__file__)

append = _q.run("append")
link = _q.one("link", Target)
count_clicks = _q.run("count_clicks")
states = _q.many("states", Count)
left_out = _q.many("left_out", Count)
kinds = _q.many("kinds", Count)
links = _q.many("links", LinkClicks)
hours = _q.many("hours", HourClicks)
reach = _q.many("reach", Reach)
kept_reach = _q.one("kept_reach", Coverage)
stale_reach = _q.values("stale_reach", int)
keep_reach = _q.run("keep_reach")
leavers = _q.many("leavers", Leaver)
reports = _q.many("reports", Reported)
uncounted = _q.values("uncounted", int)
count_figures = _q.run("count_figures")
history = _q.many("history", Happening)

_returned = sql.beside(__file__, "returned.sql")
keep = _returned.value("keep", int)
conclude = _returned.run("conclude")
troubles = _returned.many("troubles", Trouble)
lifted = _returned.value("lifted", datetime)
refused = _returned.values("refused", int)
plan_each_time = _returned.run("plan_each_time")
returned_listing = _returned.many("listing", Returned)
returned = _returned.one("returned", Returned)
returned_of_contact = _returned.many("of_contact", Returned)
original = _returned.one("original", Original)
count_new = _returned.value("count_new", int)
see = _returned.run("see")
forget_returned = _returned.run("forget")
blank_events = _returned.run("blank_events")
say = _returned.run("say")
doors = _returned.many("doors", IntakeState)
