"""Which language a page speaks to a stranger: what the browser asks for, else German. Pure."""

from service.kit.messages import LANGUAGES


def preferred(accept_language: str, default: str = "de") -> str:
    """Return the first of our languages that an Accept-Language header asks for."""
    wishes = []
    for position, part in enumerate(accept_language.split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        wishes.append((-_weight(parameters), position, tag.strip().lower()))
    for weight, _, tag in sorted(wishes):
        if weight < 0 and (code := tag.partition("-")[0]) in LANGUAGES:
            return code
    return default


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
