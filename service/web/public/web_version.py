"""The mail as a page: exactly what that recipient got, for whose mail program shows it badly.

Only the links that lead here are hidden: whoever reads it in the browser is there.
"""

from litestar import Response, get
from litestar.params import FromPath

from service.outbox import actions as outbox
from service.web.guards import ASSET
from service.web.pages import Page

# A mail has inline styles and nothing else. Its links open beside it; it may run and send nothing.
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox "
        "allow-top-navigation-by-user-activation"
    ),
    "x-robots-tag": "noindex, nofollow",
    # The address of this page is a key to its reader's subscription.
    "referrer-policy": "no-referrer",
}
_HERE = "<style>.to-web{display:none}</style></head>"


@get("/w/{token:str}", opt=ASSET, name="web-version", media_type="text/html")
async def show(page: Page, token: FromPath[str]) -> Response[str]:
    """Show the very message, in its variant, with its slots filled."""
    async with page.db.read() as tx:
        message = await outbox.message_by_token(tx, page.app.signer, token, page.now)
        html = await outbox.web_version(tx, message, page.app.signer)
    return Response(html.replace("</head>", _HERE, 1), media_type="text/html", headers=_HEADERS)


routes = [show]
