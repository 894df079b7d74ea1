"""Regular expressions from outside, matched in a time that nobody can blow up.

A submitted pattern such as ``(a+)+b`` would keep the usual matcher busy for years. Here the set of places that
can be reached is carried through the pattern, so the work is bounded by the lengths of pattern and text.
Known: literals, ``.``, classes, ``\\d \\w \\s``, groups, ``|``, ``* + ? {n} {n,} {n,m}``. The whole text must match.
"""

import re
from collections.abc import Callable

from fhir_store.errors import BadDefinition

LONGEST_PATTERN = 200
LONGEST_TEXT = 200
DEEPEST_GROUP = 4

Matcher = Callable[[str, frozenset[int]], frozenset[int]]
"""From a text and the places reached in it to the places reached behind what is matched."""

_ATOM = re.compile(
    r"\[\^?(?:[^\\\[\]]|\\[dDwWsS]|\\[^A-Za-z0-9])+\]|\\[dDwWsS]|\\[^A-Za-z0-9]|[^\\\[\](){}|*+?^$]"
)
_TIMES = re.compile(r"([*+?])|\{(\d{1,3})(?:(,)(\d{1,3})?)?\}")
_SIGNS = {"*": (0, LONGEST_TEXT), "+": (1, LONGEST_TEXT), "?": (0, 1)}


def pattern(written: str) -> Callable[[str], bool]:
    """Whether a whole text matches. Raises BadDefinition if the pattern is not of the known form."""
    if len(written) > LONGEST_PATTERN:
        raise BadDefinition(f"A regular expression may have {LONGEST_PATTERN} characters, and one is longer.")
    end = "" if written.endswith("\\$") else "$"
    matcher = _Reader(written.removeprefix("^").removesuffix(end)).read()

    def matches(text: str) -> bool:
        return len(text) <= LONGEST_TEXT and len(text) in matcher(text, frozenset({0}))

    return matches


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.at = 0

    def read(self) -> Matcher:
        matcher = self._choice(0)
        if self.at < len(self.written):
            raise _unknown()
        return matcher

    def _choice(self, depth: int) -> Matcher:
        if depth > DEEPEST_GROUP:
            raise _unknown()
        branches = [self._sequence(depth)]
        while self._skip("|"):
            branches.append(self._sequence(depth))
        return branches[0] if len(branches) == 1 else _any_of(branches)

    def _sequence(self, depth: int) -> Matcher:
        parts = []
        while self.at < len(self.written) and self.written[self.at] not in "|)":
            parts.append(self._repeated(self._one(depth)))
        return _in_turn(parts)

    def _one(self, depth: int) -> Matcher:
        if self._skip("("):
            self._skip("?:")
            inner = self._choice(depth + 1)
            if not self._skip(")"):
                raise _unknown()
            return inner
        found = _ATOM.match(self.written, self.at)
        if not found:
            raise _unknown()
        self.at = found.end()
        return _character(found[0])

    def _repeated(self, one: Matcher) -> Matcher:
        found = _TIMES.match(self.written, self.at)
        if not found:
            return one
        self.at = found.end()
        sign, least, is_range, most = found.groups()
        if sign:
            return _times(one, *_SIGNS[sign])
        return _times(one, int(least), int(most or LONGEST_TEXT) if is_range else int(least))

    def _skip(self, text: str) -> bool:
        if not self.written.startswith(text, self.at):
            return False
        self.at += len(text)
        return True


def _unknown() -> BadDefinition:
    return BadDefinition("A regular expression of the value set is not of a form that is known here.")


# Python keeps these for operations on classes.
_RESERVED = ("--", "&&", "||", "~~")


def _character(atom: str) -> Matcher:
    if any(sign in atom for sign in _RESERVED):
        raise _unknown()
    try:
        found = re.compile(atom, re.DOTALL).match
    except re.error:
        raise _unknown() from None

    def step(text: str, places: frozenset[int]) -> frozenset[int]:
        return frozenset(place + 1 for place in places if found(text, place))

    return step


def _in_turn(parts: list[Matcher]) -> Matcher:
    def step(text: str, places: frozenset[int]) -> frozenset[int]:
        for part in parts:
            places = part(text, places)
        return places

    return step


def _any_of(branches: list[Matcher]) -> Matcher:
    def step(text: str, places: frozenset[int]) -> frozenset[int]:
        return frozenset().union(*(branch(text, places) for branch in branches))

    return step


def _times(one: Matcher, least: int, most: int) -> Matcher:
    def step(text: str, places: frozenset[int]) -> frozenset[int]:
        reached = places if least == 0 else frozenset()
        for turn in range(1, most + 1):
            before, places = places, one(text, places)
            # Another turn from the same places changes nothing, however many are still asked for.
            if places == before:
                return reached | places
            if not places:
                break
            if turn >= least:
                reached |= places
        return reached

    return step
