"""The front door: where a visitor is sent, what machines ask for. It reads no content."""

from litestar import Response, get

from service.outbox import actions as outbox
from service.outbox.model import DispatchState
from service.web.guards import ASSET, PUBLIC
from service.web.pages import Page
from service.workers import actions as workers

_ROBOTS = """User-agent: *
Allow: /archive
Allow: /feeds
Allow: /subscribe
Allow: /sitemap.xml
Allow: /static
Disallow: /
"""


@get("/", opt=PUBLIC, name="front")
async def front(page: Page) -> Response[str]:
    """Send editors to their desk and everybody else to the archive."""
    return page.go("/today" if page.editor else "/archive")


@get("/healthz", opt=ASSET, name="health")
async def health(page: Page) -> Response[str]:
    """Answer 200 while the database answers, else 503; for load balancers and alarms."""
    async with page.db.read() as tx:
        await tx.execute("select 1")
    return Response("ok\n", media_type="text/plain")


@get("/healthz/work", opt=ASSET, name="health-work")
async def work(page: Page) -> Response[str]:
    """Answer 200 while work is done, 503 with a line for each thing that is stuck; for alarms."""
    async with page.db.read() as tx:
        alive = await workers.is_any_alive(tx, page.now)
        waiting = await outbox.count(tx, state=DispatchState.WAITING)
    stuck = [] if alive else ["no worker is alive"]
    stuck += [f"dispatches that wait: {waiting}"] if waiting else []
    lines = "\n".join(stuck or ["ok"])
    return Response(f"{lines}\n", status_code=503 if stuck else 200, media_type="text/plain")


@get("/robots.txt", opt=ASSET, name="robots")
async def robots(page: Page) -> Response[str]:
    """Let search engines read what is published, and nothing else."""
    where = f"Sitemap: {page.app.settings.public_url.rstrip('/')}/sitemap.xml\n"
    headers = {"cache-control": "max-age=3600"}
    return Response(f"{_ROBOTS}\n{where}", media_type="text/plain", headers=headers)


routes = [front, health, work, robots]
