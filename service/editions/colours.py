"""Colours of a look: whether text on them can be read, and what they become in the dark. Pure."""

import re

from service.editions.model import Look
from service.kit.errors import Fault
from service.kit.text import msg

ENOUGH = 4.5  # WCAG 2.2, 1.4.3, text of normal size
DARK_CANVAS, DARK_PAPER, DARK_INK = "#14191b", "#1e2528", "#e9eded"

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_STEPS = 20


def known(colour: str) -> bool:
    """Tell whether this is a colour as we write them: # and six hexadecimal digits."""
    return _HEX.fullmatch(colour) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def on(background: str) -> str:
    """Return white or near-black, whichever reads better on a background."""
    return max("#ffffff", "#14191b", key=lambda colour: contrast(colour, background))


def readable(colour: str, background: str, enough: float = ENOUGH) -> str:
    """Return the colour, moved towards white or black only as far as it must be to be read."""
    towards = on(background)
    steps = (mix(colour, towards, step / _STEPS) for step in range(_STEPS + 1))
    return next((c for c in steps if contrast(c, background) >= enough), towards)


def mix(one: str, other: str, share: float) -> str:
    """Return `one` with `share` (0 to 1) of `other` in it."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def faults(look: Look) -> list[Fault]:
    """Return what is wrong with the colours of a look, by field."""
    named = {name: getattr(look, name) for name in ("accent", "ink", "paper", "canvas")}
    wrong = [
        Fault(name, msg("Give a colour as # and six digits or letters a to f, such as #0b5563."))
        for name, colour in named.items()
        if not known(colour)
    ]
    return wrong or [
        Fault(
            name,
            msg(
                "Too pale on the paper: the contrast is %(contrast)s, it needs %(enough)s.",
                contrast=round(contrast(named[name], look.paper), 1),
                enough=ENOUGH,
            ),
        )
        for name in ("accent", "ink")
        if contrast(named[name], look.paper) < ENOUGH
    ]


def palette(look: Look) -> dict[str, str]:
    """Return every colour that a mail needs, by name, for light and dark."""
    accent_dark = readable(look.accent, DARK_PAPER, 6.5)
    return {
        "accent": look.accent,
        "ink": look.ink,
        "paper": look.paper,
        "canvas": look.canvas,
        "on_accent": on(look.accent),
        "muted": readable(mix(look.ink, look.paper, 0.35), look.paper),
        "muted_on_canvas": readable(mix(look.ink, look.canvas, 0.35), look.canvas),
        "link_on_canvas": readable(look.accent, look.canvas),
        "rule": mix(look.paper, look.ink, 0.15),
        "tint": mix(look.paper, look.accent, 0.06),
        "accent_on_tint": readable(look.accent, mix(look.paper, look.accent, 0.06)),
        "dark_canvas": DARK_CANVAS,
        "dark_paper": DARK_PAPER,
        "dark_ink": DARK_INK,
        "dark_accent": accent_dark,
        "dark_on_accent": on(accent_dark),
        "dark_muted": mix(DARK_INK, DARK_PAPER, 0.3),
        "dark_rule": mix(DARK_PAPER, DARK_INK, 0.2),
        "dark_tint": mix(DARK_PAPER, accent_dark, 0.1),
    }


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(c / 255) for c in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    linear: float = part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
    return linear
