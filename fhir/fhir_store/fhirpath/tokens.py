"""Cut an expression into tokens. http://hl7.org/fhirpath/N1/grammar.html"""

import re
from typing import NamedTuple

from fhir_store.fhirpath.errors import BadExpression, UnsupportedExpression

LONGEST = 2_000
"""Characters of an expression. Ours: the longest official search expression has under 1,000."""

_TOKEN = re.compile(
    r"""(?P<space>(?:[ \t\r\n]|//[^\n]*|/\*(?s:.*?)\*/)+)
    |(?P<date>@\d{4}(?:-\d\d(?:-\d\d)?)?(?:T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)
    |(?P<time>@T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?!Z|[+-]\d\d:\d\d))
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<string>'(?:[^'\\]|\\.)*')
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |`(?P<quoted>(?:[^`\\]|\\.)*)`
    |(?P<variable>\$[a-z]+)
    |(?P<sign><=|>=|!=|!~|[=~<>|()\[\]{}.,+\-*/&%])""",
    re.VERBOSE | re.ASCII,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"f": "\f", "n": "\n", "r": "\r", "t": "\t", **{sign: sign for sign in "\\/\"'`"}}


class Token(NamedTuple):
    """``kind`` is the name of a group above, or ``end``."""

    kind: str
    text: str


def tokens(expression: str) -> list[Token]:
    """The tokens, ``end`` last. Raises BadExpression."""
    if len(expression) > LONGEST:
        raise UnsupportedExpression(f"An expression may have {LONGEST} characters, and this has more.")
    found, at = [], 0
    while at < len(expression):
        token = _TOKEN.match(expression, at)
        if token is None:
            raise BadExpression("The expression cannot be read: a sign in it is not FHIRPath.")
        if token.lastgroup != "space":
            found.append(_token(str(token.lastgroup), token[token.lastgroup or 0]))
        at = token.end()
    return [*found, Token("end", "")]


def _token(kind: str, text: str) -> Token:
    if kind == "quoted":
        return Token("word", _unescaped(text))
    return Token(kind, _unescaped(text[1:-1]) if kind == "string" else text)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_meant, text)


def _meant(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    if escape[2] not in _ESCAPED:
        raise BadExpression(
            "The expression cannot be read: a string in it has an escape that is not FHIRPath."
        )
    return _ESCAPED[escape[2]]
