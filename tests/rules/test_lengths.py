"""Budgets: files ≤ 400 lines, functions ≤ 50, handlers ≤ 15, queries ≤ 40; every module speaks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SERVICE = Path(__file__).resolve().parents[2] / "service"
HANDLERS = {"get", "post", "put", "patch", "delete", "head", "route", "handler"}


def trees() -> Iterator[tuple[Path, ast.Module, str]]:
    for path in sorted(SERVICE.rglob("*.py")):
        if "node_modules" not in path.parts:
            text = path.read_text(encoding="utf-8")
            yield path.relative_to(SERVICE.parent), ast.parse(text), text


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path, tree, _ in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1


def is_handler(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = (d.func for d in node.decorator_list if isinstance(d, ast.Call))
    return any(isinstance(c, ast.Name) and c.id in HANDLERS for c in calls)


def test_no_file_has_more_than_400_lines() -> None:
    long = [f"{path}: {n}" for path, _, text in trees() if (n := text.count("\n")) > 400]
    assert not long, "split by what changes together:\n" + "\n".join(long)


def test_no_function_has_more_than_50_lines() -> None:
    long = [f"{path}:{f.lineno} {f.name}: {length(f)}" for path, f in functions() if length(f) > 50]
    assert not long, "a function does one thing:\n" + "\n".join(long)


def test_no_handler_has_more_than_15_lines() -> None:
    long = [
        f"{path}:{f.lineno} {f.name}: {length(f)}"
        for path, f in functions()
        if is_handler(f) and length(f) > 15
    ]
    assert not long, "a handler parses, calls one action, answers:\n" + "\n".join(long)


def test_no_query_has_more_than_40_lines() -> None:
    long = []
    for path in SERVICE.rglob("queries*.sql"):
        for section in re.split(r"^-- name: ", path.read_text(), flags=re.MULTILINE)[1:]:
            if len(section.strip().splitlines()) - 1 > 40:
                long.append(f"{path.relative_to(SERVICE.parent)} {section.splitlines()[0]}")
    assert not long, "\n".join(long)


def test_every_module_says_what_it_is() -> None:
    silent = [str(path) for path, tree, _ in trees() if not ast.get_docstring(tree)]
    assert not silent, "\n".join(silent)


def test_no_name_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "manager", "misc"}
    found = [str(path) for path, _, _ in trees() if path.stem in empty]
    assert not found, "name it after what it does:\n" + "\n".join(found)
