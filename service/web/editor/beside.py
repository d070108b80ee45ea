"""What comes beside an item: files that a mail brought, its picture, links to its documents."""

from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from service.editions import picking
from service.items import beside
from service.kit.text import msg
from service.web.guards import EDITOR
from service.web.pages import Page

# A file from a stranger is kept, never shown: it may run nothing and frame nothing.
_FILE = {"content-security-policy": "default-src 'none'; sandbox"}


@get("/items/{item_id:int}/documents/{document_id:int}", opt=EDITOR)
async def document(
    page: Page, item_id: FromPath[int], document_id: FromPath[int]
) -> Response[bytes]:
    """Hand on a file that came with a mail."""
    async with page.db.read() as tx:
        found = await beside.attached(tx, item_id, document_id)
    named = f"attachment; filename*=UTF-8''{quote(found.title, safe='')}"
    headers = _FILE | {"content-disposition": named}
    return Response(found.body or b"", media_type="application/octet-stream", headers=headers)


@post("/items/{item_id:int}/picture", opt=EDITOR)
async def picture(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Have an item's picture copied, for the first time or once more."""
    form = await page.form()
    async with page.db.tx() as tx:
        await beside.want_picture(tx, item_id, page.now)
    block = form.number("block")
    form.check()
    return page.go(f"/blocks/{block}", said=msg("The picture is copied within seconds."))


@post("/blocks/{block_id:int}/documents", opt=EDITOR)
async def documents(page: Page, block_id: FromPath[int]) -> Response[str]:
    """Put links to the documents of an item into its block."""
    async with page.db.tx() as tx:
        await picking.add_documents(tx, block_id, page.me.id, page.now)
    return page.go(f"/blocks/{block_id}", said=msg("The links stand below the text."))


routes = [document, picture, documents]
