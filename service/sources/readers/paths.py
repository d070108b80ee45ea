"""A small path language into JSON: `news`, `contentList.0.title`, `blocks.*.text`, `lead|teaser`.

`.` steps into objects and lists, `*` means every member, `|` gives alternatives (the first that
holds something), and `{order.items}` steps by a list of keys found elsewhere in the document. The
empty path is the whole document.
"""

from collections.abc import Iterator

from service.sources.readers.limits import DEPTH

_MOST = 5000


def find(document: object, path: str) -> object:
    """Return what stands at `path` (the first alternative that holds something), else None."""
    return next(iter(find_all(document, path)), None)


def find_all(document: object, path: str) -> list[object]:
    """Return everything at `path` that is not empty."""
    for alternative in path.split("|"):
        steps = [step for step in _split(alternative.strip()) if step]
        found = [value for value in _walk(document, document, steps) if _holds(value)][:_MOST]
        if found:
            return found
    return []


def text(document: object, path: str, joint: str = "\n") -> str:
    """Return the texts and numbers at `path`, joined; "" where there are none or no path."""
    if not path:
        return ""
    found = (value for value in find_all(document, path) if not isinstance(value, bool))
    return joint.join(str(value) for value in found if isinstance(value, (str, int, float)))


def leaves(document: object, depth: int = DEPTH) -> Iterator[tuple[str, object]]:
    """Yield every path to a text or number, into the first member of each list, shallow first."""
    level: list[tuple[str, object]] = [("", document)]
    for _ in range(depth):
        deeper: list[tuple[str, object]] = []
        for path, value in level:
            if isinstance(value, (dict, list)):
                deeper += [(f"{path}.{key}".lstrip("."), part) for key, part in _members(value)]
            else:
                yield path, value
        level = deeper[:_MOST]


def _members(value: object) -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return [(str(key), part) for key, part in value.items() if "." not in str(key)]
    return [("0", value[0])] if isinstance(value, list) and value else []


def _walk(root: object, value: object, steps: list[str]) -> Iterator[object]:
    if not steps:
        yield value
        return
    head, rest = steps[0], steps[1:]
    for part in _step(root, value, head):
        yield from _walk(root, part, rest)


def _step(root: object, value: object, head: str) -> list[object]:
    if head.startswith("{"):
        keys = find_all(root, head.strip("{}"))
        flat = [k for key in keys for k in (key if isinstance(key, list) else [key])]
        return [part for key in flat for part in _step(root, value, str(key))]
    if isinstance(value, dict):
        return list(value.values()) if head == "*" else [value[head]] if head in value else []
    if isinstance(value, list):
        if head == "*":
            return list(value)
        return [value[int(head)]] if head.isdecimal() and int(head) < len(value) else []
    return []


def _split(path: str) -> list[str]:
    """Split at the dots outside of braces."""
    steps, depth, start = [], 0, 0
    for index, character in enumerate(path):
        depth += (character == "{") - (character == "}")
        if character == "." and depth == 0:
            steps.append(path[start:index])
            start = index + 1
    return [*steps, path[start:]]


def _holds(value: object) -> bool:
    return value is not None and value not in ("", [], {})
