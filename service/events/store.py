"""The rows of later facts and counted clicks, and counts over what was sent. Decides nothing."""

from service.events.model import (
    Count,
    Happening,
    HourClicks,
    Leaver,
    LinkClicks,
    Reach,
    Reported,
    Target,
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
leavers = _q.many("leavers", Leaver)
reports = _q.many("reports", Reported)
uncounted = _q.values("uncounted", int)
count_figures = _q.run("count_figures")
history = _q.many("history", Happening)
