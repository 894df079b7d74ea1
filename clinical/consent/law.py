"""Who decides: the person, a guardian or a court. National law says so; where it is not set, the stricter path.

Parameters of the protocol, none with a default: ``consent.age-to-decide.<purpose>`` and ``consent.age-of-assent`` in
years, ``consent.decides-for-minor`` and ``consent.decides-without-capacity`` (guardian or court).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from clinical.consent.purpose import Purpose
from clinical.protocols import Protocol

CHILD_BELOW = 18
"""Years. Convention on the Rights of the Child, article 1. Below it nobody decides alone unless a law says so."""

AGE_TO_DECIDE = "consent.age-to-decide"
AGE_OF_ASSENT = "consent.age-of-assent"
FOR_MINOR = "consent.decides-for-minor"
WITHOUT_CAPACITY = "consent.decides-without-capacity"


class Decider(StrEnum):
    """Whose decision it is."""

    PATIENT = "patient"
    GUARDIAN = "guardian"
    COURT = "court"


class InPlace(StrEnum):
    """Who may decide in somebody's place."""

    GUARDIAN = "guardian"
    COURT = "court"


@dataclass(frozen=True)
class Decision:
    """Who has to decide.

    Attributes:
        by: each of whom has to agree.
        with_assent: whether the minor has to agree too.
        not_set: the parameters that the law decides and nobody set, so that the stricter path was taken.
    """

    by: frozenset[Decider]
    with_assent: bool = False
    not_set: tuple[str, ...] = ()


def who_decides(purpose: Purpose, age: int | None, capable: bool, law: Protocol) -> Decision:
    """Who has to decide on a purpose.

    Args:
        purpose: what is asked.
        age: in whole years on the day; None if not known, which counts as a minor's.
        capable: whether the person has capacity for this decision, as a clinician found.
        law: the protocol of the country.
    """
    age_to_decide = law.whole_number(f"{AGE_TO_DECIDE}.{purpose}")
    is_minor = age is None or age < (CHILD_BELOW if age_to_decide is None else age_to_decide)
    if capable and not is_minor:
        return Decision(frozenset({Decider.PATIENT}))
    not_set = tuple(_not_set(purpose, is_minor, capable, law))
    by = frozenset(
        decider
        for asked, name in ((is_minor, FOR_MINOR), (not capable, WITHOUT_CAPACITY))
        if asked
        for decider in _in_place(name, law)
    )
    return Decision(by, is_minor and capable and _is_asked(age, law), not_set)


def _in_place(name: str, law: Protocol) -> frozenset[Decider]:
    """Where the law is not set, both have to agree."""
    word = law.word(name, InPlace)
    return frozenset({Decider(word)} if word else {Decider.GUARDIAN, Decider.COURT})


def _is_asked(age: int | None, law: Protocol) -> bool:
    from_age = law.whole_number(AGE_OF_ASSENT)
    return from_age is None or age is None or age >= from_age


def _not_set(purpose: Purpose, is_minor: bool, capable: bool, law: Protocol) -> Iterator[str]:
    minor = (f"{AGE_TO_DECIDE}.{purpose}", FOR_MINOR, AGE_OF_ASSENT) if is_minor else ()
    incapable = () if capable else (WITHOUT_CAPACITY,)
    yield from (name for name in (*minor, *incapable) if name not in law.parameters)
