"""Addresses from strangers: made absolute, freed of tracking, unwrapped; only http and https."""

import re
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

_LONGEST = 2000  # octets
_TRACKING = re.compile(
    r"^(?:utm_|mtm_|pk_|piwik_|hsa_|wt_|at_(?:campaign|medium|custom)|vero_|oly_)|"
    r"^(?:fbclid|gclid|gclsrc|dclid|msclkid|yclid|twclid|mc_cid|mc_eid|igshid|_hsenc|_hsmi|"
    r"mkt_tok|xtor|ref_src|wt\.mc_id|cmpid|ns_campaign|_ga|_gl|"
    r"jsessionid|phpsessid|aspsessionid\w*|sessionid|cfid|cftoken)$",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_REDIRECTORS = {"url", "u", "target", "dest", "destination", "redirect", "redirect_url", "goto"}
_CONTROLS = re.compile("[\x00-\x20\x7f\ud800-\udfff]+")


def clean(url: str, base: str = "") -> str:
    """Return the absolute address of a link, "" where it is none that a person may follow.

    Without a base (a file read by hand) a path such as /news/1 stays a path.
    """
    try:
        parts = _absolute(url, base)
        for _ in range(3):  # redirectors within redirectors
            inner = _unwrapped(parts)
            if not inner:
                break
            parts = _absolute(inner, urlunsplit(parts))
    except ValueError:
        return ""
    rooted = not base and not parts.scheme and not parts.netloc and parts.path.startswith("/")
    if not rooted and (parts.scheme not in {"http", "https"} or not parts.hostname):
        return ""
    path = _SESSION_IN_PATH.sub("", parts.path) or "/"
    kept = "&".join(p for p in parts.query.split("&") if p and not _TRACKING.match(_name(p)))
    cleaned = urlunsplit((parts.scheme, parts.netloc, path, kept, ""))
    return cleaned if len(cleaned.encode()) <= _LONGEST else ""


def place(url: str) -> str:
    """Return what stays the same when a site moves to https or another host: path and query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    return f"{path}?{parts.query}" if parts.query else path


def _absolute(url: str, base: str) -> SplitResult:
    bare = _CONTROLS.sub("" if "\n" in url or "\t" in url else "%20", url.strip())
    parts = urlsplit(urljoin(base, bare) if base else bare)
    _ = parts.port  # raises ValueError for a port that is no number
    return parts._replace(scheme=parts.scheme.lower())


def _unwrapped(parts: SplitResult) -> str:
    """Return the address inside a redirector's, for example `…/affiche_article.asp?url=/x.pdf`."""
    for pair in parts.query.split("&"):
        name, _, value = pair.partition("=")
        target = unquote(value)
        if name.lower() not in _REDIRECTORS:
            continue
        if target.startswith(("http://", "https://")):
            return target
        if name.lower() == "url" and target.startswith("/") and not target.startswith("//"):
            return target
    return ""


def _name(pair: str) -> str:
    return unquote(pair.partition("=")[0])
