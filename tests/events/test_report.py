"""The numbers of a dispatch: counted from its rows, complete, and kept when it has ended."""

from datetime import timedelta

from service.app import App
from service.events import actions as events
from service.events import reach, statistics
from service.events.model import ClickCount, How, Leaving
from tests.events import cast
from tests.events.cast import LATER


async def test_the_report_counts_every_candidate_once(app: App) -> None:
    sent = await cast.sent(app, people=5)
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[0], "accepted")
        await cast.settle(tx, sent.messages[1], "accepted")
        await cast.settle(tx, sent.messages[2], "refused", "550 5.1.1 User unknown")
        await cast.settle(tx, sent.messages[3], "unknown", "")
        await tx.execute(
            "insert into left_out values ($1, $2, 'paused')",
            sent.dispatch_id,
            await cast.subscriber(tx, sent.newsletter_id, 99),
        )
        report = await events.report(tx, sent.dispatch_id, 6)
    assert report.states == {"accepted": 2, "refused": 1, "unknown": 1, "queued": 1}
    assert [(row.name, row.count) for row in report.left_out] == [("paused", 1)]
    assert sum(report.states.values()) + sum(r.count for r in report.left_out) == 6


async def test_a_member_is_reached_when_one_of_its_mails_was_accepted(app: App) -> None:
    sent = await cast.sent(app, people=4)
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[0], "refused")
        await cast.settle(tx, sent.messages[3], "accepted")
        await cast.settle(tx, sent.messages[2], "accepted")
        report = await events.report(tx, sent.dispatch_id, 4)
    members = {member.name: (member.concerned, member.accepted) for member in report.reach}
    assert members == {"Hüttikon": (2, 1), "Uster": (1, 1), "Volken": (1, 0)}
    districts = {d.name: d for d in statistics.districts(report.reach)}
    reached = {name: (d.members, d.reached) for name, d in districts.items()}
    assert reached == {"Andelfingen": (1, 0), "Dielsdorf": (1, 1), "Uster": (1, 1)}
    # Nobody is called unreached while a mail to them may still go through.
    assert (districts["Andelfingen"].waiting, districts["Andelfingen"].unreached) == (1, ())


async def test_clicks_add_up_by_link_and_hour(app: App) -> None:
    sent = await cast.sent(app)
    hour = LATER.replace(minute=0)
    async with app.db.tx() as tx:
        for _ in range(2):
            await events.record_clicks(
                tx,
                [
                    ClickCount(sent.dispatch_id, 2, hour, 3, 1),
                    ClickCount(sent.dispatch_id, 1, hour, 4, 0),
                ],
            )
        await events.record_clicks(
            tx, [ClickCount(sent.dispatch_id, 1, hour + timedelta(hours=1), 1, 0)]
        )
        report = await events.report(tx, sent.dispatch_id, 3)
    assert [(k.number, k.clicks, k.scanner_clicks) for k in report.links] == [(1, 9, 0), (2, 6, 2)]
    assert [(h.clicks, h.scanner_clicks) for h in report.hours] == [(14, 2), (1, 0)]


async def test_kept_figures_and_counted_ones_are_the_same(app: App) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        for message, state in zip(sent.messages, ("accepted", "refused", "unknown"), strict=True):
            await cast.settle(tx, message, state)
        live = await events.reports(tx)
        await tx.execute("update dispatch set state = 'finished', finished_at = $1", LATER)
    assert await events.count_finished(app.db, LATER + timedelta(minutes=1)) == 1
    assert await events.count_finished(app.db, LATER + timedelta(minutes=2)) == 0
    async with app.db.tx() as tx:
        assert await tx.fetchval("select count(*) from figures") == 1
        (kept,) = await events.reports(tx)
    (counted,) = live
    assert (kept.accepted, kept.refused, kept.unknown, kept.left_out) == (1, 1, 1, 0)
    assert (counted.accepted, counted.refused, counted.unknown) == (1, 1, 1)


async def test_a_dispatch_that_goes_on_again_is_counted_anew(app: App) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[0], "unknown")
        await tx.execute("update dispatch set state = 'finished', finished_at = $1", LATER)
    await events.count_finished(app.db, LATER)
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[0], "accepted")
        again = LATER + timedelta(minutes=5)
        await tx.execute("update dispatch set finished_at = $1", again)
        (line,) = await events.reports(tx)
        assert line.accepted == 1
    assert await events.count_finished(app.db, again) == 1


async def test_reports_are_paged_by_key(app: App) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        (line,) = await events.reports(tx)
        assert line.dispatch_id == sent.dispatch_id
        assert await events.reports(tx, None, (line.opened_at, line.dispatch_id)) == []
        assert await events.reports(tx, sent.newsletter_id + 1) == []


async def test_who_left_by_this_dispatch_can_be_listed(app: App) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        for contact, message in zip(sent.contacts[:2], sent.messages[:2], strict=True):
            leaving = Leaving(contact, sent.newsletter_id, How.PAGE, message, sent.dispatch_id)
            await events.unsubscribe(tx, leaving, LATER)
        first = await events.leavers(tx, sent.dispatch_id, limit=1)
        rest = await events.leavers(tx, sent.dispatch_id, after=first[0].id)
    assert [row.contact_id for row in first + rest] == sent.contacts[:2]
    assert first[0].how == "page"
    assert first[0].organisation == "Hüttikon"


async def test_the_coverage_of_a_large_dispatch_is_kept_and_counted_anew_while_it_runs(
    app: App,
) -> None:
    sent = await cast.sent(app, people=4)
    many = reach.LARGE + 1

    async def reached() -> int | None:
        async with app.db.read() as tx:
            coverage = (await events.report(tx, sent.dispatch_id, many)).coverage
        return coverage and sum(member.accepted for member in coverage.members)

    async with app.db.tx() as tx:
        await tx.execute("update dispatch set candidates = $1", many)
        await cast.settle(tx, sent.messages[0], "accepted")
    assert await reached() is None
    await events.count_finished(app.db, LATER)
    assert await reached() == 1
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[1], "accepted")
    await events.count_finished(app.db, LATER + timedelta(seconds=59))
    assert await reached() == 1
    await events.count_finished(app.db, LATER + timedelta(seconds=61))
    assert await reached() == 2
