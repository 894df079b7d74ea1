"""Who signs: two people where the law asks for two, and where it is not set. Pure.

``register.two-people.<kind>``, ``register.two-people.pour`` for cups: whether the law asks for two. No default; not set
counts as yes. A shift's count, and a cup that goes back or is destroyed, always takes two.

Whoever is alone on a shift, at night, may do what the people in the cells need: it is marked single-handed, and stays on
the list until a count by two confirms it, or until somebody else confirms the count (``confirming``). Nothing else is entered by one where two are asked for.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from clinical.protocols import Protocol
from clinical.register.errors import SamePerson, SecondPersonNeeded
from clinical.register.kind import Kind

TWO_PEOPLE = "register.two-people"


class Act(StrEnum):
    """What is signed and is no kind of line by itself."""

    POUR = "pour"
    CUP_BACK = "cup-back"
    SETTLE = "settle"
    """A discrepancy is closed."""
    REPORT = "report"
    """A discrepancy that somebody noticed is opened: one is enough."""


ALWAYS_TWO = frozenset({Kind.COUNT, Act.CUP_BACK, Act.SETTLE})
"""Whatever the law says."""

ALONE = frozenset(
    {Kind.ISSUE, Kind.DOSE, Kind.RE_DOSE, Kind.SPILL, Kind.REMOVE, Kind.CLOSE, Kind.COUNT, Act.POUR}
)
"""What a round at night needs."""

SOMEBODY = UUID(int=0)
"""Stands for whoever will sign second, where something is written to be looked at. The tables do not keep it."""


@dataclass(frozen=True)
class Hands:
    """Who does it.

    Attributes:
        first: the account of whoever is signed in.
        second: that of whoever proved beside them who they are; None: nobody.
        alone: whether the first one says that nobody else is on the shift.
    """

    first: UUID
    second: UUID | None = None
    alone: bool = False


@dataclass(frozen=True)
class Signed:
    """As it stands in the book."""

    first: UUID
    second: UUID | None
    single_handed: bool


def takes_two(what: Kind | Act, law: Protocol) -> bool:
    """Whether two have to sign."""
    if what is Act.REPORT:
        return False
    return what in ALWAYS_TWO or law.yes_or_no(f"{TWO_PEOPLE}.{what}") is not False


def not_set(law: Protocol) -> tuple[str, ...]:
    """The parameters that the law decides and nobody set, so that two are asked for."""
    asked: list[Kind | Act] = [*Kind, Act.POUR]
    names = [f"{TWO_PEOPLE}.{one}" for one in asked if one not in ALWAYS_TWO and one not in DERIVED]
    return tuple(name for name in names if name not in law.parameters)


DERIVED = frozenset({Kind.OVERAGE, Kind.SHORTAGE, Kind.RETURN})
"""Entered with a count back or with the end of a discrepancy, by whoever signs that."""


def signed(what: Kind | Act, hands: Hands, law: Protocol) -> Signed:
    """The signatures of what is done. Raises SecondPersonNeeded, SamePerson."""
    if hands.second == hands.first:
        raise SamePerson
    if hands.second is not None or not takes_two(what, law):
        return Signed(hands.first, hands.second, single_handed=False)
    if hands.alone and what in ALONE:
        return Signed(hands.first, None, single_handed=True)
    raise SecondPersonNeeded


def signed_as_given(what: Kind, hands: Hands, law: Protocol) -> Signed:
    """The signatures of what was done already: nothing is refused, and who was alone is marked as that."""
    second = None if hands.second == hands.first else hands.second
    return Signed(hands.first, second, single_handed=second is None and takes_two(what, law))
