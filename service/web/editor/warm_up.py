"""Warm-up plans of senders' domains: start one, change its numbers, end it."""

import re

from litestar import Response, get, post
from msgspec import Struct

from service.editions import actions as editions
from service.kit.db import Tx
from service.kit.errors import Conflict, Invalid
from service.kit.text import msg
from service.outbox import warm_up, warming
from service.outbox.times import WarmUp, WarmUpDay
from service.web.forms import Form, refusal
from service.web.guards import ADMINISTRATOR
from service.web.pages import Page

_MOST_STEPS, _LARGEST = 60, 10_000_000


class Sender(Struct, frozen=True):
    """A domain that newsletters are sent from, with its plan and the days of it, if it has any."""

    domain: str
    newsletters: list[str]
    plan: WarmUp | None
    days: list[WarmUpDay]

    @property
    def stands(self) -> bool:
        """Whether the plan is in force."""
        return self.plan is not None and self.plan.ended_at is None


@get("/settings/warm-up", opt=ADMINISTRATOR, name="settings.warm-up")
async def index(page: Page) -> Response[str]:
    """List the senders' domains, each with how its plan stands."""
    return await _show(page)


@post("/settings/warm-up/start", opt=ADMINISTRATOR)
async def start(page: Page) -> Response[str]:
    form = await page.form()
    try:
        domain, steps = await _read(page, form)
        async with page.db.tx() as tx:
            await warm_up.start(tx, domain, steps, page.me.id, page.now)
    except (Invalid, Conflict) as problem:
        return await _show(page, form, problem)
    return page.go("/settings/warm-up", said=msg("The plan begins with the next mail."))


@post("/settings/warm-up/change", opt=ADMINISTRATOR)
async def change(page: Page) -> Response[str]:
    form = await page.form()
    try:
        domain, steps = await _read(page, form)
        async with page.db.tx() as tx:
            await warm_up.change(tx, domain, form.first("seen"), steps, page.now)
    except (Invalid, Conflict) as problem:
        return await _show(page, form, problem)
    return page.go("/settings/warm-up", said=msg("The plan is changed."))


@post("/settings/warm-up/stop", opt=ADMINISTRATOR)
async def stop(page: Page) -> Response[str]:
    domain = (await page.form()).text("domain")
    async with page.db.tx() as tx:
        await warm_up.stop(tx, domain, page.now)
    return page.go("/settings/warm-up", said=msg("The plan has ended; mail leaves as it can."))


async def _read(page: Page, form: Form) -> tuple[str, list[int]]:
    """Return the domain, one that newsletters are sent from, and the numbers of the plan."""
    async with page.db.read() as tx:
        domains = [sender.domain for sender in await _senders(tx)]
    domain, typed = form.choice("domain", domains), form.text("steps", required=True, limit=1_000)
    words = re.split(r"[,;\s]+", re.sub(r"(?<=\d)['’](?=\d{3})", "", typed).strip(" ,;"))
    numbers = [int(word) for word in words if re.fullmatch(r"[0-9]{1,8}", word)]
    sound = len(numbers) == len(words) <= _MOST_STEPS
    if typed and not (sound and all(0 < number <= _LARGEST for number in numbers)):
        form.fault("steps", msg("Please give whole numbers with commas between, such as 50, 100."))
    elif numbers != sorted(numbers):
        form.fault("steps", msg("Each day may send at least as many as the day before."))
    form.check()
    return domain, numbers


async def _senders(tx: Tx) -> list[Sender]:
    titles: dict[str, list[str]] = {}
    for one in await editions.newsletters(tx):
        titles.setdefault(warm_up.domain_of(one.sender_address), []).append(one.title)
    plans = {plan.domain: plan for plan in await warm_up.plans(tx)}
    return [
        Sender(
            domain,
            titles.get(domain, []),
            plans.get(domain),
            await warm_up.days(tx, domain) if domain in plans else [],
        )
        for domain in sorted(titles.keys() | plans.keys())
    ]


async def _show(
    page: Page, form: Form | None = None, problem: Invalid | Conflict | None = None
) -> Response[str]:
    async with page.db.read() as tx:
        senders = await _senders(tx)
    status, faults = refusal(problem)
    return page.show(
        "editor/settings/warm_up.html",
        status,
        senders=senders,
        usual=", ".join(map(str, warming.USUAL)),
        tried=form,
        seen=form.first("seen") if form and isinstance(problem, Invalid) else "",
        stale=isinstance(problem, Conflict),
        asked=form.first("domain") if form else page.query("domain"),
        faults=faults,
    )


routes = [index, start, change, stop]
