"""The door to other people's web servers: bounded GET requests that never reach a private address.

Every address is judged when the socket is made, after the name was resolved and on every hop, so
that neither a redirect nor a name that changes its mind leads inside. It follows redirects, it
bounds time and size, and it reads nothing into what it fetched.
"""

import asyncio
import errno
import hashlib
import ipaddress
import socket
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Protocol

import aiohttp
import msgspec
from yarl import URL

from service.kit.reach import Allowed, is_public
from service.kit.text import Text, msg

_REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = frozenset({301, 308})
# Answers of servers that will not be asked by HEAD.
_HEADLESS = {400, 403, 404, 405, 500, 501, 503}
# A packed piece may grow a thousandfold, and the loop waits meanwhile: take small ones.
_CHUNK, _PACKED = 64 * 1024, 4 * 1024
_AT_ONCE, _LOOKUPS = 400, 32
# Beyond every number of a real system, so that it is never mistaken for one.
_NOT_PUBLIC = 100_000


class Failure(StrEnum):
    ADDRESS = "address"
    PRIVATE = "private"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    REDIRECTS = "redirects"
    TOO_BIG = "too_big"
    PROTOCOL = "protocol"


class FetchFailed(Exception):
    """There was no answer to use; the text says why to a person."""

    def __init__(self, kind: Failure, text: Text) -> None:
        super().__init__(str(text))
        self.kind, self.text = kind, text


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one request with all its redirects: bytes after decompression, seconds, hops."""

    bytes: int = 10_000_000
    connect: float = 5
    total: float = 20
    redirects: int = 5


class Hop(msgspec.Struct, frozen=True):
    status: int
    url: str


class Fetched(msgspec.Struct, frozen=True):
    """An answer of any status; `headers` have lower-case names, `url` is where it came from."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str
    hops: list[Hop]


class Names(aiohttp.abc.AbstractResolver):
    """Looks up names in threads of its own: slow name servers shall not hold up other work."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[aiohttp.abc.ResolveResult]:
        """Return the addresses of a name; raises OSError where it has none."""
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, socket.getaddrinfo, host, port, family, socket.SOCK_STREAM
        )
        return [
            {"hostname": host, "host": str(address[0]), "port": port, "family": kind,
             "proto": protocol, "flags": socket.AI_NUMERICHOST}
            for kind, _, protocol, _, address in found
        ]  # fmt: skip

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Http:
    """One pool of connections to the outside; made inside a running loop, closed with it."""

    def __init__(self, user_agent: str, allowed: Sequence[str] = ()) -> None:
        self._user_agent = user_agent
        self._allowed = [Allowed.parse(text) for text in allowed]
        self._session: aiohttp.ClientSession | None = None
        self._names = Names()

    async def close(self) -> None:
        await self._names.close()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, limits: Limits | None = None
    ) -> Fetched:
        """Fetch `url`, following redirects; raises FetchFailed where there is no answer to use."""
        return await self._follow("GET", url, headers or {}, limits or Limits())

    async def look(
        self, url: str, *, headers: Mapping[str, str] | None = None, limits: Limits | None = None
    ) -> Fetched:
        """Ask what stands at `url` without fetching it: the answer has headers and no body.

        A server that does not know HEAD is asked for the first byte.
        """
        asked, bounds = headers or {}, limits or Limits()
        found = await self._follow("HEAD", url, asked, bounds)
        if found.status in _HEADLESS or "content-length" not in found.headers:
            one = {**asked, "Range": "bytes=0-0"}
            found = await self._follow("RANGE", url, one, bounds)
        return found

    async def _follow(
        self, method: str, url: str, headers: Mapping[str, str], bounds: Limits
    ) -> Fetched:
        address = parse(url)
        hops: list[Hop] = []
        seen = {str(address)}
        with _told(address, bounds):
            async with asyncio.timeout(bounds.total):
                while True:
                    found = await self._hop(method, address, headers, bounds)
                    if isinstance(found, Fetched):
                        return msgspec.structs.replace(found, hops=hops)
                    hops.append(Hop(found.status, str(address)))
                    address = parse(found.url, base=address)
                    _refuse_circles(address, seen, hops, bounds)
                    seen.add(str(address))

    async def _hop(
        self, method: str, address: URL, headers: Mapping[str, str], bounds: Limits
    ) -> Fetched | Hop:
        session = self._session or self._open()
        timeout = aiohttp.ClientTimeout(total=bounds.total, sock_connect=bounds.connect)
        verb = "GET" if method == "RANGE" else method
        async with session.request(
            verb, address, headers=headers, allow_redirects=False, timeout=timeout
        ) as response:
            location = _sound(response.headers.get("Location", ""))
            if response.status in _REDIRECTS and location:
                return Hop(response.status, location)
            body = await _read(response, bounds.bytes) if method == "GET" else b""
            said = {name.lower(): _sound(value) for name, value in response.headers.items()}
            return Fetched(response.status, said, body, str(address), [])

    def _open(self) -> aiohttp.ClientSession:
        # Decompression is ours, because theirs has no bound; cookies and proxies from the
        # environment have no business here. A host is asked once in a while: keeping its connection
        # open would only use up ours, and its.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=_AT_ONCE,
                socket_factory=self._socket,
                resolver=self._names,
                force_close=True,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate"},
        )
        return self._session

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        if not self.reachable(address[0], address[1]):
            raise OSError(_NOT_PUBLIC, f"{address[0]} is not a public address")
        return socket.socket(family=family, type=kind, proto=protocol)

    def reachable(self, host: str, port: int) -> bool:
        """Tell whether a socket to this numeric address may be opened."""
        address = ipaddress.ip_address(host)
        if is_public(address):
            return True
        return any(
            address.version == entry.network.version
            and address in entry.network
            and entry.port in {None, port}
            for entry in self._allowed
        )


async def digest(body: bytes) -> bytes:
    """Return the SHA-256 of a body, in a thread: the loop has no time for 10 MB."""
    return (await asyncio.to_thread(hashlib.sha256, body)).digest()


def parse(url: str, base: URL | None = None) -> URL:
    """Return an absolute http(s) address; raises FetchFailed for anything else."""
    try:
        parsed = URL(url)
        address = base.join(parsed) if base is not None else parsed
        usable = address.scheme in {"http", "https"} and bool(address.host)
        secret = address.user is not None or address.password is not None
        _ = address.port
    except ValueError:
        usable, secret = False, False
    if not usable:
        raise FetchFailed(
            Failure.ADDRESS, msg("«%(url)s» is not a web address.", url=url.strip()[:200])
        )
    if secret:
        raise FetchFailed(
            Failure.ADDRESS, msg("The address contains a user name or password. Leave it out.")
        )
    return address.with_fragment(None)


def _refuse_circles(address: URL, seen: set[str], hops: list[Hop], bounds: Limits) -> None:
    if str(address) in seen:
        raise FetchFailed(
            Failure.REDIRECTS, msg("The address redirects in a circle, back to itself.")
        )
    if len(hops) > bounds.redirects:
        raise FetchFailed(
            Failure.REDIRECTS,
            msg("The address redirects more than %(count)s times.", count=bounds.redirects),
        )


def _sound(value: str) -> str:
    """Return a header without the halves of characters that stand for octets outside of UTF-8."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Read the body, decompressed, and stop as soon as it grows past `most` bytes."""
    unpacker = Unpacker(response.headers.get("Content-Encoding", ""), most)
    size = _CHUNK if unpacker.plain else _PACKED
    async for chunk in response.content.iter_chunked(size):
        unpacker.feed(chunk)
    return unpacker.finish()


class _Inflate(Protocol):
    """What zlib gives to unpack with (its own type has no public name)."""

    @property
    def eof(self) -> bool: ...

    @property
    def unconsumed_tail(self) -> bytes: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class Unpacker:
    """Takes a body apart piece by piece and refuses to hold more than `most` bytes of it."""

    def __init__(self, encoding: str, most: int) -> None:
        self._coding = encoding.strip().lower()
        if self._coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise FetchFailed(
                Failure.PROTOCOL,
                msg(
                    "The server packed the answer in a way that we cannot open: %(coding)s.",
                    coding=self._coding[:50],
                ),
            )
        self.plain = self._coding in {"", "identity"}
        self._most = most
        self._body = bytearray()
        self._head = b""  # the first byte of a member, until the second says what it is
        self._inflate: _Inflate | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next piece; raises FetchFailed as soon as the body is too big or damaged."""
        left = self._head + chunk
        self._head = b""
        while left:
            if self.plain:
                self._body += left
                left = b""
            elif self._inflate is None or self._inflate.eof:
                left = self._begin(left)
            else:
                left = self._expand(self._inflate, left)
            if len(self._body) > self._most:
                raise FetchFailed(
                    Failure.TOO_BIG,
                    msg("The answer is larger than %(limit)s MB.", limit=self._most // 1_000_000),
                )

    def finish(self) -> bytes:
        """Return the whole body; raises FetchFailed if its end is missing."""
        if self._head or (self._inflate is not None and not self._inflate.eof):
            raise FetchFailed(Failure.PROTOCOL, msg("The answer broke off before its end."))
        return bytes(self._body)

    def _begin(self, left: bytes) -> bytes:
        """Begin a member: a gzip body may have several; what is none after the first is padding."""
        if len(left) < 2:
            self._head = left if self._inflate is None or left == b"\x1f" else b""
            return b""
        if self._coding == "deflate":
            # "deflate" means zlib by the standard, and raw deflate on some servers (RFC 1950, 2.2).
            wrapped = left[0] & 0x0F == 8 and int.from_bytes(left[:2]) % 31 == 0
            window = zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
        else:
            window = 16 + zlib.MAX_WBITS
        if self._inflate is not None and (self._coding == "deflate" or left[:2] != b"\x1f\x8b"):
            return b""
        self._inflate = zlib.decompressobj(window)
        return left

    def _expand(self, inflate: _Inflate, left: bytes) -> bytes:
        """Expand into the body, at most one byte past the bound; return what is left to read."""
        try:
            self._body += inflate.decompress(left, self._most - len(self._body) + 1)
        except zlib.error as error:
            raise FetchFailed(
                Failure.PROTOCOL, msg("The answer is damaged: it cannot be unpacked.")
            ) from error
        return inflate.unconsumed_tail or inflate.unused_data


@contextmanager
def _told(address: URL, bounds: Limits) -> Iterator[None]:
    host = address.host or ""
    try:
        yield
    except TimeoutError as error:
        raise FetchFailed(
            Failure.TIMEOUT,
            msg("%(host)s did not answer within %(seconds)s seconds.",
                host=host, seconds=int(bounds.total)),
        ) from error  # fmt: skip
    except aiohttp.ClientSSLError as error:
        raise FetchFailed(
            Failure.TLS, msg("%(host)s has no valid certificate.", host=error.host)
        ) from error
    except aiohttp.ClientConnectorDNSError as error:
        raise FetchFailed(
            Failure.DNS, msg("There is no host named %(host)s.", host=error.host)
        ) from error
    except aiohttp.ClientConnectorError as error:
        raise _unreachable(error) from error
    except aiohttp.InvalidURL as error:
        raise FetchFailed(
            Failure.ADDRESS, msg("«%(url)s» is not a web address.", url=host)
        ) from error
    except (aiohttp.ClientError, UnicodeError, OSError) as error:
        raise FetchFailed(
            Failure.PROTOCOL, msg("%(host)s broke off, or answered no proper HTTP.", host=host)
        ) from error


def _unreachable(error: aiohttp.ClientConnectorError) -> FetchFailed:
    if error.os_error.errno == _NOT_PUBLIC:
        return FetchFailed(
            Failure.PRIVATE,
            msg("%(host)s is not on the public internet. For safety we do not ask it.",
                host=error.host),
        )  # fmt: skip
    if error.os_error.errno == errno.ECONNREFUSED:
        return FetchFailed(
            Failure.CONNECT, msg("%(host)s refuses the connection.", host=error.host)
        )
    return FetchFailed(Failure.CONNECT, msg("%(host)s cannot be reached.", host=error.host))
