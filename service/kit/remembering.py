"""A door to the web that gives the same answer again for a minute: for previews while one types.

Whoever describes a list changes it many times; its server is asked once. Only answers are kept,
a few of them, in this process.
"""

import asyncio
from collections.abc import Mapping

from service.kit.http import Fetched, Http, Limits

_SECONDS, _MOST = 60.0, 8


class Remembering(Http):
    """Asks through another door, which it does not close."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._held: dict[object, tuple[float, Fetched]] = {}

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, limits: Limits | None = None
    ) -> Fetched:
        """Fetch `url`, or return what it answered less than a minute ago."""
        key, now = (url, tuple(sorted((headers or {}).items()))), asyncio.get_running_loop().time()
        self._held = {k: held for k, held in self._held.items() if now - held[0] < _SECONDS}
        if key not in self._held:
            got = await self._http.get(url, headers=headers, limits=limits)
            self._held = dict([*self._held.items(), (key, (now, got))][-_MOST:])
            return got
        return self._held[key][1]
