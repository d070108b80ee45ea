"""The demo's news site: six publishers, each with the door that publishers of its kind have.

Every page is a pure function of a path and a moment. It knows nothing of our own tables, and it
says on every page that its news is invented.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from email.utils import format_datetime
from html import escape
from typing import Any

import msgspec

from service.demo import files, releases
from service.demo.releases import Release
from service.kit import localtime, wording

PUBLISHERS: Mapping[str, str] = {
    "zh": "Kanton Zürich (Demo)",
    "bl": "Kanton Basel-Landschaft (Demo)",
    "bund": "Bund (Demo)",
    "stadt": "Stadt (Demo)",
    "verband": "Fachverband (Demo)",
    "fachstelle": "Fachstelle Integration (Demo)",
}
_PICTURE = "/bilder/landschaft.png"
NOTE = "Diese Seite ist erfunden. Sie gehört zur Vorführung von Rundbrief."


class Answer(msgspec.Struct, frozen=True):
    """What the site says to one request."""

    media_type: str
    body: bytes


class Site:
    """The six publishers, as seen at a moment; `base` is the address they are reached at."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self._drafts = releases.load()
        self._doors: Mapping[str, Callable[[list[Release]], Answer]] = {
            "/zh/news.json": self._json_list,
            "/bl/medienmitteilungen": self._html_list,
            "/bund/rss": self._rss,
            "/stadt/rss": self._rss_without_dates,
            "/verband/atom.xml": self._atom,
            "/fachstelle/feed.json": self._json_feed,
        }

    def answer(self, path: str, now: datetime) -> Answer | None:
        """Return the page at a path as it is at `now`, or nothing where there is none."""
        if path in self._doors:
            source = path.split("/")[1]
            news = releases.published(self._drafts, now)
            return self._doors[path]([r for r in news if r.source == source])
        if path.startswith("/konferenz/"):
            return _page(_spoken(path), "Konferenz der Sozialbehörden (Demo)", "")
        if path == _PICTURE:
            return Answer("image/png", files.picture())
        if path.endswith(".pdf"):
            return self._file(path, now)
        try:
            day = date.fromisoformat(path.rpartition("/")[2][:10])
        except ValueError:
            return None
        news = releases.on(self._drafts, day, now)
        return next((self._detail(r) for r in news if _path(r) == path), None)

    def _file(self, path: str, now: datetime) -> Answer | None:
        """Return the documents of a release, where that release is out."""
        page = self.answer(f"{path.removesuffix('.pdf')}.html", now)
        return page and Answer("application/pdf", files.pdf(f"Unterlagen. {NOTE}"))

    def day_before_news(self, now: datetime) -> datetime:
        """Return the midnight that begins the last day with news: since then something came in."""
        return localtime.at(releases.published(self._drafts, now)[0].day, time())

    def newest(self, key: str, now: datetime) -> Release | None:
        """Return the newest release of a name, as its first publisher has it."""
        sources = {draft.source for draft in self._drafts if draft.key == key}
        # One day more than a whole cycle: today's may not be out yet.
        news = releases.published(self._drafts, now, releases.WINDOW_DAYS + 1)
        return next((r for r in news if r.key == key and r.source in sources), None)

    def link(self, release: Release) -> str:
        """Return the address of a release's own page."""
        return self.base + _path(release)

    def _json_list(self, news: list[Release]) -> Answer:
        entries = [
            {
                "title": r.title,
                "date": f"{r.day:%d.%m.%Y}",
                "type": "Medienmitteilung",
                "link": _path(r),
                "teaserText": r.lead,
            }
            for r in news
        ]
        return _json("application/json", {"news": entries, "numberOfResultPages": 1})

    def _html_list(self, news: list[Release]) -> Answer:
        entries = "".join(
            f'<li class="news"><time>{wording.short_day(r.day, "de")}</time>'
            f'<h2><a href="{_path(r)}">{escape(r.title)}</a></h2>'
            f'<p class="teaser">{escape(r.lead)}</p></li>\n'
            for r in news
        )
        return _page("Medienmitteilungen", PUBLISHERS["bl"], f"<ul>\n{entries}</ul>")

    def _rss(self, news: list[Release]) -> Answer:
        return self._rss_of(news, lambda r: f"<pubDate>{format_datetime(r.published_at)}</pubDate>")

    def _rss_without_dates(self, news: list[Release]) -> Answer:
        return self._rss_of(news[:10], lambda _: "<pubDate/>")

    def _rss_of(self, news: list[Release], date: Callable[[Release], str]) -> Answer:
        source = news[0].source if news else "stadt"
        entries = "".join(
            f"<item><title>{escape(r.title)}</title><link>{self.link(r)}?utm_source=rss</link>"
            f"<description>{escape(_article(r))}</description>{date(r)}"
            f'<guid isPermaLink="false">{source}:{r.slug}</guid></item>\n'
            for r in news
        )
        return _xml(
            "application/rss+xml",
            f'<rss version="2.0"><channel><title>{PUBLISHERS[source]}</title>'
            f"<link>{self.base}/{source}</link><description>{NOTE}</description>"
            f"<language>de-ch</language>\n{entries}</channel></rss>",
        )

    def _atom(self, news: list[Release]) -> Answer:
        entries = "".join(
            f"<entry><id>tag:verband.example,2026:{r.slug}</id><title>{escape(r.title)}</title>"
            f'<link href="{self.link(r)}"/><published>{r.published_at.isoformat()}</published>'
            f"<updated>{r.published_at.isoformat()}</updated><summary>{escape(r.lead)}</summary>"
            f'<content type="html">{escape(_article(r))}</content></entry>\n'
            for r in news
        )
        updated = news[0].published_at.isoformat() if news else "1990-01-01T00:00:00+00:00"
        return _xml(
            "application/atom+xml",
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-CH">'
            f"<id>tag:verband.example,2026:news</id><title>{PUBLISHERS['verband']}</title>"
            f"<updated>{updated}</updated>\n{entries}</feed>",
        )

    def _json_feed(self, news: list[Release]) -> Answer:
        entries = [
            {
                "id": r.slug,
                "url": self.link(r),
                "title": r.title,
                "summary": r.lead,
                "content_html": _article(r),
                "date_published": r.published_at.isoformat(),
            }
            for r in news
        ]
        return _json(
            "application/feed+json",
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": PUBLISHERS["fachstelle"],
                "home_page_url": f"{self.base}/fachstelle",
                "language": "de-CH",
                "items": entries,
            },
        )

    def _detail(self, release: Release) -> Answer:
        file = _path(release).removesuffix(".html") + ".pdf"
        paragraphs = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in release.body)
        return _page(
            release.title,
            PUBLISHERS[release.source],
            f"<article><time>{wording.short_day(release.day, 'de')}</time>\n"
            f'<p class="lead">{escape(release.lead)}</p>\n'
            f'<div class="text">{paragraphs}'
            f'<p><a href="{file}">Unterlagen zur Mitteilung</a></p>'
            "</div></article>",
            f'<meta property="og:image" content="{_PICTURE}">'
            '<meta property="og:image:alt" content="Hügel und Felder unter hellem Himmel">',
        )


def _spoken(path: str) -> str:
    """Return the end of an address as a title: «Umfrage Stellenplan»."""
    return " ".join(word.capitalize() for word in path.rpartition("/")[2].split("-"))


def _path(release: Release) -> str:
    return f"/{release.source}/medienmitteilungen/{release.slug}.html"


def _article(release: Release) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in (release.lead, *release.body))


def _json(media_type: str, document: Mapping[str, Any]) -> Answer:
    return Answer(media_type, msgspec.json.format(msgspec.json.encode(document)))


def _xml(media_type: str, root: str) -> Answer:
    return Answer(media_type, f'<?xml version="1.0" encoding="utf-8"?>\n{root}\n'.encode())


def _page(title: str, publisher: str, body: str, head: str = "") -> Answer:
    return Answer(
        "text/html; charset=utf-8",
        f'<!doctype html>\n<html lang="de-CH"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} – {publisher}</title>{head}"
        f"<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;"
        f"padding:0 1rem;color:#222}}nav,time,footer{{color:#666}}.lead{{font-weight:600}}</style>"
        f"</head>\n<body><nav>{publisher}</nav><main><h1>{escape(title)}</h1>"
        f"\n{body}</main><footer><p>{NOTE}</p></footer></body></html>\n".encode(),
    )
