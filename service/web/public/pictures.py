"""Pictures of editions, from our own host: mails, archive and pages load nothing from elsewhere."""

from litestar import Response, get
from litestar.params import FromPath

from service.items import beside, pictures
from service.kit.errors import NotFound
from service.kit.text import msg
from service.web.guards import ASSET
from service.web.pages import Page

_HEADERS = {
    # Its name is the print of its bytes, so it never changes.
    "cache-control": "public, max-age=31536000, immutable",
    "cross-origin-resource-policy": "cross-origin",
    "content-security-policy": "default-src 'none'; sandbox",
}


@get("/pictures/{picture:str}", opt=ASSET)
async def show(page: Page, picture: FromPath[str]) -> Response[bytes]:
    """Show a picture that an edition took."""
    token, _, ending = picture.partition(".")
    async with page.db.read() as tx:
        found = await beside.picture(tx, token[:64])
    if pictures.ENDINGS.get(found.type) != ending:
        raise NotFound(msg("There is no such picture."))
    return Response(found.body, media_type=found.type, headers=_HEADERS)


routes = [show]
