"""What a rule is, and how its findings are put together.

A rule takes a JSON value and returns None if it is right, else its issues, whose expressions are relative to
that value; whoever holds the value puts its own name in front. So a right value costs no path at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fhir_store.errors import Issue

Found = list[Issue] | None
Rule = Callable[[Any], Found]

MOST_TOLD = 20
"""As many issues are told about one resource unless more are asked for; enough to mend it."""

MOST_SOUGHT = 200
"""After so many issues in one object or list no more are looked for: no work for an attacker's million mistakes."""


@dataclass(frozen=True, slots=True)
class LocalReference(Issue):
    """Not an issue yet: a reference to ``#target``, right if the resource at the root contains that target."""

    target: str = ""


def issue(code: str, message: str) -> list[Issue]:
    """One issue about the value itself."""
    return [Issue(code, "", message)]


def wrong_type(value: Any, expected: str) -> list[Issue]:
    """The value is not even of the right JSON type."""
    if value is None:
        return issue("structure", "null is not allowed. Leave the element out.")
    return issue("structure", f"{expected} is expected here.")


def within(name: str, issues: list[Issue]) -> list[Issue]:
    """Issues of a part, as the whole tells them: ``name`` is the part's, or ``[0]`` for its place in a list."""
    return [_renamed(one, name + _joined(one.expression)) for one in issues]


def _joined(expression: str) -> str:
    return expression if not expression or expression[0] == "[" else f".{expression}"


def _renamed(one: Issue, expression: str) -> Issue:
    if isinstance(one, LocalReference):
        return LocalReference(one.code, expression, one.message, one.target)
    return Issue(one.code, expression, one.message)


def count(issues: list[Issue]) -> int:
    """How many are issues already, to stop looking when there are enough."""
    return sum(type(one) is Issue for one in issues)


def list_of(rule: Rule, most: int | None) -> Rule:
    """Every item follows ``rule``, and there are one to ``most``."""

    def check(value: Any) -> Found:
        if type(value) is not list:
            return wrong_type(value, "A list")
        if not value:
            return issue("structure", "An empty list is not allowed. Leave the element out.")
        found: list[Issue] = []
        total = 0
        for place, item in enumerate(value):
            if (issues := rule(item)) is not None:
                found += within(f"[{place}]", issues)
                total += count(issues)
                if total >= MOST_SOUGHT:
                    break
        if most is not None and len(value) > most:
            found += issue("structure", f"There are at most {most} of these.")
        return found or None

    return check


def both(first: Rule, then: Rule) -> Rule:
    """``then`` is asked only about what ``first`` has found right, local references that wait apart."""

    def check(value: Any) -> Found:
        found = first(value)
        if found is None:
            return then(value)
        return found if count(found) else found + (then(value) or [])

    return check


def never(_: Any) -> Found:
    """No value is right."""
    return issue("structure", "This element is not allowed here. Leave it out.")


def anything(_: Any) -> Found:
    """Every value is right, or was looked at already."""
    return None
