"""The front door: where a visitor is sent, what machines ask for. It reads no content."""

from litestar import Response, get

from service.web.guards import ASSET, PUBLIC
from service.web.pages import Page

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


@get("/robots.txt", opt=ASSET, name="robots")
async def robots(page: Page) -> Response[str]:
    """Let search engines read what is published, and nothing else."""
    where = f"Sitemap: {page.app.settings.public_url.rstrip('/')}/sitemap.xml\n"
    headers = {"cache-control": "max-age=3600"}
    return Response(f"{_ROBOTS}\n{where}", media_type="text/plain", headers=headers)


routes = [front, health, robots]
