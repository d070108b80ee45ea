"""Whoever is told "no more mail" is told so after the last final dot: every door waits for it."""

import ast

from tests.rules.test_lengths import is_handler, trees

STOPS = {
    *("events.unsubscribe", "audience.suspend", "audience.pause", "members.erase"),
    *("members.change_contact", "outbox.pause", "outbox.cancel"),
}
WAITS = {"outbox.honoured", "outbox.until_no_dot_starts"}


def called(module: ast.Module) -> dict[str, set[str]]:
    """Return what each function of a module calls, directly or through others of the module."""
    functions = [n for n in module.body if isinstance(n, ast.AsyncFunctionDef | ast.FunctionDef)]
    calls = {
        f.name: {ast.unparse(n.func) for n in ast.walk(f) if isinstance(n, ast.Call)}
        for f in functions
    }
    for _ in functions:
        for name, direct in calls.items():
            calls[name] = direct.union(*(calls[one] for one in direct if one in calls))
    return calls


def test_mail_that_comes_in_waits_as_well_wherever_it_is_taken_in() -> None:
    takers = {
        (path.stem, name): calls
        for path, tree, _ in trees()
        if "items" not in path.parts
        for name, calls in called(tree).items()
        if "events.take_in" in calls
    }
    assert ("arrivals", "take_in") in takers, "it has another name now"
    assert all(calls & WAITS for calls in takers.values()), takers.keys()


def test_every_door_that_stops_mail_waits_for_the_last_dot() -> None:
    doors, hasty = 0, []
    for path, tree, _ in trees():
        if "web" not in path.parts:
            continue
        calls = called(tree)
        for node in tree.body:
            if isinstance(node, ast.AsyncFunctionDef) and is_handler(node):
                stops = calls[node.name] & STOPS
                doors += bool(stops)
                if stops and not calls[node.name] & WAITS:
                    hasty.append(f"{path}:{node.lineno} {node.name} calls {', '.join(stops)}")
    assert doors >= 9, "the stops have other names now: correct STOPS"
    assert not hasty, "use outbox.honoured(db, contact_id, now):\n" + "\n".join(hasty)
