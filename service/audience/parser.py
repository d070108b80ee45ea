"""Reads the segment language: text in, a typed tree out, or a fault with its line and column.

    anything  = both { "or" both }
    both      = single { "and" single }
    single    = "not" single | "(" anything ")" | "everyone" | comparison
    comparison = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
               | field [ "not" ] "in" "(" value { "," value } ")"
               | field "is" [ "not" ] "missing"

`a != b` is short for `not a = b`, so it holds for those without a value, too. It asks no database:
whether a district of that name exists is told by `hints`.
"""

import difflib
import re
from collections.abc import Sequence

import msgspec

from service.audience import expression as tree
from service.audience.expression import FIELDS, Expression, Field, FieldType
from service.kit.errors import Fault, Invalid
from service.kit.text import Text, msg

LONGEST = 4_000
DEEPEST = 40
MOST_LEAVES = 200
_LARGEST = 2_147_483_647

_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
      | (?P<string>"[^"\n]*"|'[^'\n]*'|«[^»\n]*»|„[^“”"\n]*[“”"]|“[^”\n]*”)
      | (?P<number>\d+(?:['\u2019]\d{3})*(?!\w))
      | (?P<word>[^\W\d]\w*)
      | (?P<sign>!=|<=|>=|=|<|>|\(|\)|,)""",
    re.VERBOSE,
)
_WORDS = ("and", "or", "not", "in", "is", "missing", "everyone")
# What people write who know another language; used for suggestions only.
_MEANT = {
    "und": "and", "oder": "or", "nicht": "not", "kein": "not", "fehlt": "is missing",
    "null": "is missing", "alle": "everyone", "all": "everyone", "art": "kind", "typ": "kind",
    "kanton": "canton", "bezirk": "district", "gemeinde": "organisation", "name": "organisation",
    "mitglied": "organisation", "einwohner": "population", "sprache": "language",
    "funktion": "function", "thema": "topic", "themen": "topic", "topics": "topic",
    "functions": "function", "gremium": "committee", "bfs": "bfs_nr",
}  # fmt: skip


class Token(msgspec.Struct, frozen=True):
    kind: str  # string, number, word, sign, end
    text: str
    at: int  # offset in the source


class Unreadable(Invalid):
    """The text is no segment; `line` and `column` count from 1."""

    def __init__(self, source: str, at: int, what: Text) -> None:
        before = source[:at]
        self.line = before.count("\n") + 1
        self.column = at - (before.rfind("\n") + 1) + 1
        self.what = what
        super().__init__([Fault(f"{self.line}:{self.column}", what)])


def parse(source: str) -> Expression:
    """Return the tree of `source`; an empty text means everyone. Raises Unreadable."""
    if len(source) > LONGEST:
        raise Unreadable(
            source, LONGEST, msg("A segment has at most %(most)s characters.", most=LONGEST)
        )
    reader = _Reader(source, _tokens(source))
    if reader.next.kind == "end":
        return tree.Everyone()
    found = reader.anything(0)
    if reader.next.kind != "end":
        reader.refuse_rest()
    return found


def _tokens(source: str) -> list[Token]:
    tokens, at = [], 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None:
            raise Unreadable(source, at, _strange(source[at]))
        kind = str(found.lastgroup)
        if kind != "space":
            tokens.append(Token(kind, found.group(), at))
        at = found.end()
    return [*tokens, Token("end", "", len(source))]


def _strange(character: str) -> Text:
    if character in "\"'«„“":
        return msg("This text has no closing quotation mark.")
    if character.isdigit():
        return msg("A number has digits only, such as 2000.")
    if character == "&":
        return msg("Write “and” instead of “&”.")
    if character == "|":
        return msg("Write “or” instead of “|”.")
    return msg("The character “%(character)s” has no meaning here.", character=character)


class _Reader:
    """One pass over the tokens, with one token of foresight."""

    def __init__(self, source: str, tokens: Sequence[Token]) -> None:
        self._source, self._tokens, self._index, self._leaves = source, tokens, 0, 0

    @property
    def next(self) -> Token:
        return self._tokens[self._index]

    def take(self) -> Token:
        token = self.next
        self._index += token.kind != "end"
        return token

    def took(self, text: str) -> bool:
        """Take the next token if it is this sign or word."""
        token = self.next
        if token.kind in {"sign", "word"} and token.text.lower() == text:
            self._index += 1
            return True
        return False

    def refuse(self, token: Token, what: Text) -> Unreadable:
        return Unreadable(self._source, token.at, what)

    def refuse_rest(self) -> None:
        token = self.next
        meant = _MEANT.get(token.text.lower())
        if meant in {"and", "or"}:
            raise self.refuse(token, _instead(meant, token.text))
        if token.text == ")":
            raise self.refuse(token, msg("This bracket was never opened."))
        raise self.refuse(
            token,
            msg("“and” or “or” is missing before “%(words)s”.", words=token.text),
        )

    def anything(self, depth: int) -> Expression:
        if depth > DEEPEST:
            raise self.refuse(self.next, msg("There are too many brackets inside each other."))
        parts = [self.both(depth)]
        while self.took("or"):
            parts.append(self.both(depth))
        return tree.Some(tuple(parts)) if len(parts) > 1 else parts[0]

    def both(self, depth: int) -> Expression:
        parts = [self.single(depth)]
        while self.took("and"):
            parts.append(self.single(depth))
        return tree.All(tuple(parts)) if len(parts) > 1 else parts[0]

    def single(self, depth: int) -> Expression:
        if self.took("not"):
            if depth > DEEPEST:
                raise self.refuse(self.next, msg("There are too many “not” after each other."))
            return tree.Not(self.single(depth + 1))
        if self.took("("):
            inner = self.anything(depth + 1)
            if not self.took(")"):
                raise self.refuse(self.next, msg("A closing bracket is missing here."))
            return inner
        if self.took("everyone"):
            return tree.Everyone()
        return self.comparison()

    def comparison(self) -> Expression:
        self._leaves += 1
        if self._leaves > MOST_LEAVES:
            raise self.refuse(
                self.next,
                msg("A segment has at most %(most)s comparisons.", most=MOST_LEAVES),
            )
        field = self.field()
        if self.took("is"):
            return self.missing(field)
        refused = self.took("not")
        if self.took("in"):
            found: Expression = tree.OneOf(field.name, self.values(field))
            return tree.Not(found) if refused else found
        sign = self.take()
        if refused or sign.kind != "sign" or sign.text in "(),":
            raise self.refuse(sign, _no_operator(field))
        return self.compared(field, sign)

    def field(self) -> Field:
        token = self.take()
        if token.kind == "end":
            raise self.refuse(token, msg('Something is missing at the end, such as canton = "ZH".'))
        name = token.text.lower()
        if token.kind != "word" or name in _WORDS:
            raise self.refuse(
                token,
                msg("A field is expected here, not “%(words)s”: %(fields)s.",
                    words=token.text, fields=", ".join(FIELDS)),
            )  # fmt: skip
        if name not in FIELDS:
            raise self.refuse(token, _unknown_field(token.text))
        return FIELDS[name]

    def missing(self, field: Field) -> Expression:
        refused = self.took("not")
        token = self.next
        if not self.took("missing"):
            raise self.refuse(
                token, msg("After “is” comes “missing” or “not missing”; for a value write “=”.")
            )
        leaf = tree.Missing(field.name)
        return tree.Not(leaf) if refused else leaf

    def compared(self, field: Field, sign: Token) -> Expression:
        if sign.text == "=":
            return tree.OneOf(field.name, _typed(field, [self.value(field)]))
        if sign.text == "!=":
            return tree.Not(tree.OneOf(field.name, _typed(field, [self.value(field)])))
        if field.type is not FieldType.NUMBER:
            raise self.refuse(
                sign,
                msg("“%(field)s” is no number; compare it with =, != or in.", field=field.name),
            )
        bound = self.value(field)
        return tree.Compare(field.name, sign.text, int(bound))

    def values(self, field: Field) -> tuple[str, ...] | tuple[int, ...]:
        if not self.took("("):
            raise self.refuse(self.next, msg('After “in” comes a list: ("Uster", "Zürich").'))
        found = [self.value(field)]
        while self.took(","):
            found.append(self.value(field))
        if not self.took(")"):
            raise self.refuse(self.next, msg("A comma or a closing bracket is missing here."))
        return _typed(field, found)

    def value(self, field: Field) -> str | int:
        token = self.take()
        if token.kind == "end":
            raise self.refuse(token, msg("A value is missing at the end."))
        if field.type is FieldType.NUMBER:
            return self.number(field, token)
        if token.kind != "string":
            raise self.refuse(
                token,
                msg("“%(field)s” takes a text in quotation marks, such as: %(example)s",
                    field=field.name, example=field.example),
            )  # fmt: skip
        text = token.text[1:-1]
        if not text:
            raise self.refuse(
                token, msg("For no value write: %(field)s is missing", field=field.name)
            )
        if field.choices and text not in field.choices:
            raise self.refuse(token, _unknown_choice(field, text))
        return text

    def number(self, field: Field, token: Token) -> int:
        if token.kind != "number":
            raise self.refuse(
                token,
                msg("“%(field)s” takes a number without quotation marks, such as: %(example)s",
                    field=field.name, example=field.example),
            )  # fmt: skip
        value = int(token.text.replace("'", "").replace("\u2019", ""))
        if value > _LARGEST:
            raise self.refuse(token, msg("This number is too large."))
        return value


def _typed(field: Field, values: list[str | int]) -> tuple[str, ...] | tuple[int, ...]:
    if field.type is FieldType.NUMBER:
        return tuple(int(value) for value in values)
    return tuple(str(value) for value in values)


def _instead(better: str, worse: str) -> Text:
    return msg("Write “%(better)s” instead of “%(worse)s”.", better=better, worse=worse)


def _no_operator(field: Field) -> Text:
    if field.type is FieldType.NUMBER:
        return msg(
            "After “%(field)s” comes =, !=, <, <=, >, >=, in or is missing.", field=field.name
        )
    return msg("After “%(field)s” comes =, !=, in or is missing.", field=field.name)


def _unknown_field(name: str) -> Text:
    meant = _MEANT.get(name.lower()) or _close(name.lower(), FIELDS)
    if meant:
        return msg(
            "There is no field “%(name)s”. Did you mean “%(meant)s”?", name=name, meant=meant
        )
    return msg(
        "There is no field “%(name)s”. There are: %(fields)s.", name=name, fields=", ".join(FIELDS)
    )


def _unknown_choice(field: Field, text: str) -> Text:
    meant = next((c for c in field.choices if c.lower() == text.lower()), None)
    meant = meant or _close(text.lower(), field.choices)
    if meant:
        return msg(
            "“%(field)s” is never “%(words)s”. Did you mean “%(meant)s”?",
            field=field.name, words=text, meant=meant,
        )  # fmt: skip
    return msg(
        "“%(field)s” is never “%(words)s”. Possible are: %(choices)s.",
        field=field.name, words=text, choices=", ".join(field.choices),
    )  # fmt: skip


def _close(word: str, known: Sequence[str] | dict[str, Field]) -> str | None:
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
