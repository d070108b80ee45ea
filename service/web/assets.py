"""Style sheets, scripts and pictures: read once at start, served from memory, cached for good.

Addresses carry the hash of the content, so a new build is a new address. No file is read while
serving, and no path from outside ever reaches the disk.
"""

import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from service.web.guards import ASSET

STATIC = Path(__file__).parent / "static"
SHEET = "rundbrief.css"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_KEPT = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}


class Asset(msgspec.Struct, frozen=True):
    """One file as it is served."""

    body: bytes
    packed: bytes
    media_type: str
    mark: str


class Assets:
    """All files under /static by name; `address` gives the path with the mark of the content."""

    def __init__(self, files: Mapping[str, Asset]) -> None:
        self.files = files

    def address(self, name: str) -> str:
        """Return the path of `name`, or "" when there is no such file (a script not built)."""
        asset = self.files.get(name)
        return f"/static/{name}?{asset.mark}" if asset else ""


def load(folder: Path = STATIC) -> Assets:
    """Read everything below `folder`; the sheets in css/ become one, ordered by name."""
    sheets = b"".join(path.read_bytes() for path in sorted((folder / "css").glob("*.css")))
    files = {SHEET: _asset(sheets, ".css")}
    for path in sorted(folder.rglob("*")):
        if path.suffix in _TYPES and path.parent.name != "css":
            files[path.relative_to(folder).as_posix()] = _asset(path.read_bytes(), path.suffix)
    return Assets(files)


def _asset(body: bytes, suffix: str) -> Asset:
    return Asset(
        body=body,
        packed=gzip.compress(body, mtime=0),
        media_type=_TYPES[suffix],
        mark=hashlib.sha256(body).hexdigest()[:12],
    )


def handler(assets: Assets) -> HTTPRouteHandler:
    """Return the one route that serves `assets`."""

    @get("/static/{name:path}", opt=ASSET, name="static", include_in_schema=False)
    async def static(request: Request, name: FromPath[str]) -> Response[bytes]:  # type: ignore[type-arg]
        asset = assets.files.get(name.lstrip("/"))
        if asset is None:
            return Response(b"", status_code=404, media_type="text/plain")
        headers = _KEPT | {"etag": f'"{asset.mark}"'}
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(b"", status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(asset.body, media_type=asset.media_type, headers=headers)
        packed = headers | {"content-encoding": "gzip"}
        return Response(asset.packed, media_type=asset.media_type, headers=packed)

    return static
