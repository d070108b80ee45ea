"""Pages in the shapes of Swiss authorities' sites: our own texts, with all that stands around.

Each layout puts the same kind of text into another site's markup: with breadcrumbs, a consent
banner, contact boxes, related releases, share buttons, feet. The words of the text are known.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

Part = tuple[str, object]  # kind and words, see texts.toml
TEXTS: list[tuple[str, list[Part]]] = [
    (one["title"], [(kind, said) for kind, said in one["parts"]])
    for one in tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))["text"]
]

_NAV = ["Startseite", "Politik & Verwaltung", "Gesundheit", "Bildung", "Soziales", "Bauen & Umwelt",
        "Steuern & Finanzen", "Sicherheit", "Mobilität", "Wirtschaft & Arbeit", "Sport & Kultur",
        "Online-Schalter", "Stellen", "Kontakt"]  # fmt: skip
_OFFICES = ["Amt", "Fachstelle", "Dienst", "Kommission", "Bewilligungen", "Formulare", "Gesetze",
            "Statistik", "Beiträge", "Kurse"]  # fmt: skip
_CONSENT = (
    "Diese Website verwendet Cookies, um Ihnen ein angenehmeres Surfen zu ermöglichen. Durch die "
    "Nutzung der Website stimmen Sie der Verwendung zu. Weitere Angaben finden Sie in der "
    "Datenschutzerklärung."
)
_RELATED = [
    ("12.10.2026", "Kantonsrat bewilligt Kredit für die Sanierung der Berufsschule"),
    ("09.10.2026", "Wechsel an der Spitze des Amts für Landschaft und Natur"),
    ("05.10.2026", "Wasserqualität der Seen bleibt gut, Fische wandern wieder"),
    ("01.10.2026", "Nachtbus fährt ab Dezember auch am Donnerstag"),
]
_FOOT = (
    "© 2026 Alle Rechte vorbehalten. Impressum, Rechtliche Hinweise, Barrierefreiheit, Übersicht"
)


def pages() -> Iterator[tuple[str, str, str, str]]:
    """Yield (name, title, page, words of the text): three texts in each layout."""
    for place, (name, layout) in enumerate(LAYOUTS.items()):
        for turn in range(3):
            title, parts = TEXTS[(place + turn * 3) % len(TEXTS)]
            yield f"{name}-{turn}", title, layout(title, parts), "\n".join(words(parts))


def words(parts: list[Part]) -> Iterator[str]:
    for kind, said in parts:
        if kind == "table":
            yield from (cell for row in said for cell in row)
        elif kind in {"ul", "ol"}:
            yield from said
        else:
            yield said


def inside(parts: list[Part], *, lead: str = "lead", wrap: str = "{}") -> str:
    """Return the parts as ordinary markup."""
    return "".join(wrap.format(_part(kind, said, lead)) for kind, said in parts)


def _part(kind: str, said: object, lead: str) -> str:
    if kind == "table":
        head, *rows = said
        cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
        lines = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"
    if kind in {"ul", "ol"}:
        return f"<{kind}>" + "".join(f"<li>{escape(one)}</li>" for one in said) + f"</{kind}>"
    tag = {"lead": f'p class="{lead}"', "h": "h2", "q": "blockquote"}.get(kind, "p")
    return f"<{tag}>{escape(said)}</{tag.split()[0]}>"


def head(title: str, site: str) -> str:
    meta = f'<meta name="description" content="{escape(title)}"><meta charset="utf-8">'
    # As heavy as such pages are: mostly scripts and styles of the content management system.
    heavy = "<script>" + "window.dataLayer=window.dataLayer||[];" * 600 + "</script>"
    heavy += "<style>" + ".mod-teaser>.row{display:flex}" * 400 + "</style>"
    return (
        f"<!DOCTYPE html><html lang=de><head><title>{title} | {site}</title>{meta}{heavy}</head>"
        f"<body>{_menu()}"
    )


def _menu() -> str:
    """Return the menu that opens over such pages: two levels, 140 links."""
    parts = "".join(
        f"<li><a href='/{n}'>{escape(name)}</a><ul>"
        + "".join(
            f"<li><a href='/{n}/{office}'>{office} {escape(name)}</a></li>" for office in _OFFICES
        )
        + "</ul></li>"
        for n, name in enumerate(_NAV)
    )
    return f"<div class='flyout'><ul>{parts}</ul></div>"


def nav(shape: str = "<nav><ul>{}</ul></nav>", one: str = '<li><a href="/{n}">{}</a></li>') -> str:
    return shape.format("".join(one.format(escape(name), n=n) for n, name in enumerate(_NAV)))


def crumbs(title: str) -> str:
    return (
        f'<ol class="breadcrumb"><li><a href="/">Startseite</a></li><li><a href="/news">'
        f"Medienmitteilungen</a></li><li>{title}</li></ol>"
    )


def related(shape: str = "<section class='related'><h2>Weitere Meldungen</h2><ul>{}</ul></section>",
            one: str = "<li><time>{}</time> <a href='/news/{n}'>{}</a></li>") -> str:  # fmt: skip
    return shape.format(
        "".join(one.format(day, title, n=n) for n, (day, title) in enumerate(_RELATED))
    )


def contact(shape: str) -> str:
    return shape.format(
        "<h3>Kontakt</h3><p>Medienstelle der Direktion<br>Neumühlequai 10<br>8090 Zürich<br>"
        "<a href='tel:+41432590000'>+41 43 259 00 00</a><br><a href='mailto:m@example.ch'>"
        "E-Mail schreiben</a></p>"
    )


def consent(shape: str) -> str:
    return shape.format(f"<p>{_CONSENT}</p><button>Akzeptieren</button><button>Ablehnen</button>")


def foot(shape: str = "<footer>{}</footer>") -> str:
    return shape.format(f"<p>{_FOOT}</p>")


def _canton(title: str, parts: list[Part]) -> str:
    body = inside(parts, lead="mdl-page-header__lead", wrap="<div class='mdl-richtext'>{}</div>")
    return (
        head(title, "Kanton Zürich") + f"<header class='mdl-header'>{nav()}</header>"
        f"<main id='main'><div class='mdl-page-header'>{crumbs(title)}<span>Medienmitteilung</span>"
        f"<time>16.11.2026</time><h1>{title}</h1></div><article class='mdl-article'>{body}</article>"
        + contact("<div class='mdl-contact'>{}</div>")
        + "<div class='mdl-feedback'><p>Waren diese Informationen hilfreich?</p><button>Ja</button>"
        "<button>Nein</button></div>" + related() + "</main>" + foot()
        + consent("<div class='mdl-cookie-bar'>{}</div>") + "</body></html>"
    )  # fmt: skip


def _plone(title: str, parts: list[Part]) -> str:
    blocks = inside(parts, wrap='<div class="sl-block ftw-simplelayout-textblock">{}</div>')
    return (
        head(title, "Basel-Landschaft") + "<div id='portal-top'>" + nav("<ul id='portal-globalnav'>{}</ul>")
        + f"</div><div id='portal-breadcrumbs'>{crumbs(title)}</div><div id='content'>"
        f"<h1 class='documentFirstHeading'>{title}</h1><div id='content-core'>"
        "<span class='news-date'>16.11.2026</span><div class='sl-layout'><div class='sl-columns'>"
        f"<div class='sl-column sl-col-1'>{blocks}</div></div></div></div>"
        "<div class='documentActions'><a href='#'>Drucken</a> <a href='#'>Weiterempfehlen</a></div></div>"
        + contact("<div id='portal-column-two'><div class='portlet'>{}</div></div>")
        + foot("<div id='portal-footer'>{}</div>") + "</body></html>"
    )  # fmt: skip


def _federal(title: str, parts: list[Part]) -> str:
    return (
        head(title, "admin.ch") + consent("<div role='dialog' class='consent'>{}</div>")
        + f"<header>{nav()}</header><div class='container'><div class='row'><div class='col-sm-8'>"
        f"<article><p class='meta'>Bern, 16.11.2026 – Medienmitteilung</p><h1>{title}</h1>"
        f"{inside(parts)}<hr><h3>Adresse für Rückfragen</h3><p>Kommunikation, Tel. +41 58 460 00 00,"
        " <a href='mailto:k@example.ch'>k@example.ch</a></p><h3>Herausgeber</h3><p>Bundesamt für "
        "Sozialversicherungen</p></article></div><aside class='col-sm-4'><h3>Teilen</h3><ul><li>"
        "<a href='#'>Facebook</a></li><li><a href='#'>X</a></li></ul>" + related() + "</aside></div>"
        "</div>" + foot() + "</body></html>"
    )  # fmt: skip


def _icms(title: str, parts: list[Part]) -> str:
    return (
        head(title, "Stadt Uster") + nav("<div class='icms-navigation'><ul>{}</ul></div>")
        + f"<div id='content-wrapper'><div id='breadcrumb'>{crumbs(title)}</div><main id='content'>"
        f"<h1 class='contentTitle'>{title}</h1><div class='icms-content-information'>"
        f"<div class='icms-wysiwyg'>{inside(parts)}</div></div>"
        "<h3>Zugehörige Objekte</h3><table class='icms-dt'><thead><tr><th>Name</th><th>Download</th>"
        "</tr></thead><tbody><tr><td>Medienmitteilung.pdf</td><td><a href='/doc/1'>PDF, 212 kB</a>"
        "</td></tr></tbody></table><a href='/news'>zur Übersicht</a></main>"
        + contact("<div class='icms-sidebar'>{}</div>") + "</div>"
        + foot("<div class='icms-footer'>{}</div>") + "</body></html>"
    )  # fmt: skip


def _typo3(title: str, parts: list[Part]) -> str:
    return (
        head(title, "Gemeinde Wald") + f"<div id='top'>{nav()}</div><div id='main'>"
        f"<div class='news news-single'><div class='article' itemscope><div class='header'><h1>"
        f"{title}</h1></div><div class='footer'><p><span class='news-list-date'>16.11.2026</span>"
        f"</p></div><div class='news-text-wrap' itemprop='articleBody'>{inside(parts)}</div>"
        "<div class='news-backlink-wrap'><a href='/'>Zurück</a></div><div class='news-related-wrap'>"
        + related() + "</div></div></div></div>" + contact("<div id='right'>{}</div>")
        + foot("<div id='bottom'>{}</div>") + "</body></html>"
    )  # fmt: skip


def _wordpress(title: str, parts: list[Part]) -> str:
    return (
        head(title, "Fachverband") + f"<div id='page'><header id='masthead'>{nav()}</header>"
        "<div id='content' class='site-content'><div id='primary'><article class='post type-post'>"
        f"<header class='entry-header'><h1 class='entry-title'>{title}</h1><div class='entry-meta'>"
        "Veröffentlicht am 16. November 2026 von Redaktion</div></header>"
        f"<div class='entry-content'>{inside(parts)}<div class='sharedaddy'><h3>Teilen mit:</h3><ul>"
        "<li><a href='#'>LinkedIn</a></li><li><a href='#'>E-Mail</a></li></ul></div></div>"
        "<footer class='entry-footer'>Kategorie: <a href='#'>Aktuell</a></footer></article>"
        "<div id='comments'><h3>Schreiben Sie einen Kommentar</h3><form><textarea></textarea></form>"
        "</div></div><div id='secondary' class='widget-area'>" + related() + "</div></div>"
        + foot("<footer id='colophon'>{}</footer>") + "</div></body></html>"
    )  # fmt: skip


def _components(title: str, parts: list[Part]) -> str:
    body = inside(parts, wrap="<stzh-text><div>{}</div></stzh-text>")
    return (
        head(title, "Stadt Zürich") + f"<stzh-header>{nav()}</stzh-header><main><stzh-breadcrumb>"
        f"{crumbs(title)}</stzh-breadcrumb><stzh-pageheader><h1>{title}</h1></stzh-pageheader>"
        f"<stzh-section>{body}</stzh-section><stzh-section><h2>Kontakt</h2>"
        + contact("<stzh-contact>{}</stzh-contact>") + "</stzh-section><stzh-section>"
        + related("<h2>Das könnte Sie auch interessieren</h2><div class='cards'>{}</div>",
                  "<a class='card' href='/{n}'><span>{}</span><strong>{}</strong></a>")
        + "</stzh-section></main>" + foot("<stzh-footer>{}</stzh-footer>") + "</body></html>"
    )  # fmt: skip


def _tables(title: str, parts: list[Part]) -> str:
    return (
        head(title, "Gemeinde") + "<table width=900><tr><td colspan=2><img src=logo.gif></td></tr>"
        "<tr><td valign=top width=180>" + nav("{}", "<a href='/{n}'>{}</a><br>")
        + f"</td><td valign=top><font size=4><b>{title}</b></font><br>{inside(parts)}</td></tr>"
        "<tr><td colspan=2>" + foot("<font size=1>{}</font>") + "</td></tr></table></body></html>"
    )  # fmt: skip


def _soup(title: str, parts: list[Part]) -> str:
    return (
        head(title, "Bezirk") + nav("<div class='c1'><div class='c2'>{}</div></div>", "<div><a href='/{n}'>{}</a></div>")
        + f"<div class='c7'><div class='c8'><div class='c9'>{title}</div><div class='c10'>"
        f"{inside(parts)}</div></div><div class='c11'>" + contact("<div class='c12'>{}</div>")
        + related("<div class='c13'><div>Weitere Meldungen</div>{}</div>", "<div>{} <a href='/{n}'>{}</a></div>")
        + "</div></div>" + foot("<div class='c20'>{}</div>")
        + consent("<div class='c99'>{}</div>") + "</body></html>"
    )  # fmt: skip


def _drupal(title: str, parts: list[Part]) -> str:
    return (
        head(title, "Netzwerk") + f"<div class='dialog-off-canvas-main-canvas'><header>{nav()}</header>"
        f"<main role='main'><div class='region region-content'><div class='block-page-title-block'>"
        f"<h1>{title}</h1></div><article class='node node--type-article'><div class='node__content'>"
        "<div class='field field--name-field-date'>Montag, 16. November 2026</div>"
        f"<div class='field field--name-body field--type-text-with-summary'>{inside(parts)}</div>"
        "<div class='field field--name-field-tags'><div class='field__label'>Schlagwörter</div>"
        "<a href='#'>Soziales</a> <a href='#'>Gemeinden</a></div></div></article>"
        "<div class='views-element-container'>" + related("<h2>Aktuelles</h2>{}", "<div class='views-row'><span>{}</span><h3><a href='/{n}'>{}</a></h3></div>")
        + "</div></div></main>" + foot() + "</div></body></html>"
    )  # fmt: skip


def _paged(title: str, parts: list[Part]) -> str:
    return (
        head(title, "Basel-Stadt") + f"<header>{nav()}</header><main><div class='medienmitteilung'>"
        f"<div class='toolbar'><a href='#'>Vorlesen</a> <a href='#'>Drucken</a></div><h1>{title}</h1>"
        f"<dl class='meta'><dt>Datum</dt><dd>16.11.2026</dd><dt>Departement</dt><dd>Gesundheit</dd></dl>"
        f"{inside(parts, lead='lead text-lg')}<div class='hinweis'><h2>Weitere Auskünfte</h2>"
        "<p>Telefon +41 61 267 00 00<br>Leiterin Kommunikation</p></div>"
        "<div class='pagination'><a href='/a'>Vorherige Meldung</a><a href='/b'>Nächste Meldung</a>"
        "</div></div></main>" + foot() + "</body></html>"
    )  # fmt: skip


def _breaks(title: str, parts: list[Part]) -> str:
    text = "<br><br>".join(escape(said) for said in words(parts))
    return (
        head(title, "Kirchgemeinde") + nav() + f"<div id='inhalt'><h2>{title}</h2><div class='text'>"
        f"{text}</div></div>" + contact("<div id='rechts'>{}</div>")
        + foot("<div id='fuss'>{}</div>") + "</body></html>"
    )  # fmt: skip


LAYOUTS: dict[str, Callable[[str, list[Part]], str]] = {
    "canton": _canton, "plone": _plone, "federal": _federal, "icms": _icms, "typo3": _typo3,
    "wordpress": _wordpress, "components": _components, "tables": _tables, "soup": _soup,
    "drupal": _drupal, "paged": _paged, "breaks": _breaks,
}  # fmt: skip


def tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
