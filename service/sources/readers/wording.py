"""Words and markup of an entry: cleaned, bounded, with absolute links. It judges no content."""

import html
import re

from service.kit import html as kit_html
from service.kit.text import normalise, one_line
from service.sources.readers import links

TITLE, SUMMARY, CONTENT, IDENTITY = 300, 1200, 200_000, 500
_HREF = re.compile(r' href="([^"]*)"')
_MARKUP = re.compile(r"<[a-zA-Z/!]|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
_EMPTY = re.compile(r"<(p|li|h[2-6]|strong|em|b|i|blockquote)>\s*</\1>")
_FUNCTION_WORDS_OF = {
    "de": "der die das und ist für mit von dem den des ein eine im zu auf werden wird",
    "fr": "le la les et est pour avec des du une un dans aux sur sont par qui que",
    "it": "il lo gli e è per con dei del della una un nel alla sono che di",
    "en": "the and is for with of to in on a an are by that from this",
}
_FUNCTION_WORDS = {name: set(words.split()) for name, words in _FUNCTION_WORDS_OF.items()}
_LONGEST_WORDS = 400


def line(markup: str, most: int = TITLE) -> str:
    """Return the words of a title or similar as one line of at most `most` characters."""
    return shortened(one_line(_words(markup[: most * 20])), most)


def teaser(markup: str, most: int = SUMMARY) -> str:
    """Return the words of a summary, at most `most` characters, paragraphs as lines."""
    return shortened(_words(markup[: most * 40]), most)


def tidy(markup: str, base: str) -> str:
    """Return safe markup whose links are absolute, or "" where there are no words in it."""
    cleaned = kit_html.clean(normalise(markup[:CONTENT]))
    linked = _HREF.sub(lambda match: _link(match.group(1), base), cleaned)
    filled = _EMPTY.sub("", linked).strip()
    return filled if kit_html.to_text(filled) else ""


def has_markup(text: str) -> bool:
    """Tell whether a text carries tags or entities."""
    return bool(_MARKUP.search(text))


def paragraphs(text: str) -> str:
    """Return plain text as markup, a paragraph for each line that has words."""
    lines = (" ".join(part.split()) for part in normalise(text).split("\n"))
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in lines if part)


def headline(summary: str, url: str) -> str:
    """Return what stands for a missing title: the first words, else the address."""
    return shortened(summary.split("\n", maxsplit=1)[0], 120) or url[:TITLE]


def shortened(text: str, most: int) -> str:
    """Return `text` cut at a word and marked with …, where it is longer than `most`."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    at = cut.rfind(" ", most // 2)
    return f"{cut[:at] if at > 0 else cut}…"


def language(named: str, text: str) -> str:
    """Return the two letters of the language: as named, else guessed by its small words, or ""."""
    code = named.strip().lower()[:2]
    if code in {"de", "fr", "it", "en", "rm"}:
        return code
    words = re.findall(r"[^\W\d_]+", text[:4000].lower())[:_LONGEST_WORDS]
    if len(words) < 8:
        return ""
    counts = {name: sum(w in small for w in words) for name, small in _FUNCTION_WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= max(2, len(words) // 12) else ""


def _words(markup: str) -> str:
    return normalise(kit_html.to_text(markup) if has_markup(markup) else markup).strip()


def _link(escaped: str, base: str) -> str:
    address = html.unescape(escaped)
    if address.startswith(("mailto:", "tel:")):
        return f' href="{escaped}"'
    target = links.clean(address, base)
    return f' href="{html.escape(target)}"' if target else ""
