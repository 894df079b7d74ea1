"""What a worklist is, and a line of one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from clinical.labels import Label
from clinical.words import N_, Sentence
from clinical.worklists import lists as folder
from clinical.worklists.ward import Ward

NOBODY_KNOWN = ""
"""In place of the id of a Patient, where nobody knows who it is about, or it is about nobody."""


class Whom(StrEnum):
    """For whom a list is."""

    NURSE = "nurse"
    PRESCRIBER = "prescriber"
    EVERYBODY = "everybody"


WHOM_WORDS = {
    Whom.NURSE: N_("For nurses"),
    Whom.PRESCRIBER: N_("For prescribers"),
    Whom.EVERYBODY: N_("For everybody who treats"),
}


@dataclass(frozen=True)
class About:
    """What a line is part of, as far as a decision asks: it is shown to whoever may read such a record of the person.

    Attributes:
        type: of the record, or the thing that is none.
        labels: of it.
        writes: whether the list is for who may also make such a record.
        of_nobody: whether no patient is concerned.
    """

    type: str
    labels: frozenset[Label] = frozenset()
    writes: bool = False
    of_nobody: bool = False


OAT = frozenset({Label.ETH, Label.OPIOIDUD})
RESTRICTED = frozenset({Label.R})
ORDERS = About("MedicationRequest", OAT)
DOSES = About("MedicationAdministration", OAT, writes=True)
DUTIES = About("Task", RESTRICTED)


@dataclass(frozen=True)
class Line:
    """A line.

    Attributes:
        patient: the id of the Patient, or ``NOBODY_KNOWN``.
        says: what is the matter.
        due_at: by when; None: no time is set.
        rank: among lines, the lowest first; of one rank what is due first.
    """

    patient: str
    says: tuple[Sentence, ...] = ()
    due_at: datetime | None = None
    rank: int = 0


Find = Callable[[Ward], Iterable[Line]]


@dataclass(frozen=True)
class Worklist:
    """A list.

    Attributes:
        code: in its address; never changed.
        title: in English.
        to_do: what is to be done with each line, in English.
        whom: for whom it is.
        about: what decides who may see a line.
        find: the lines of a facility, in any order.
        place: among lists, the most urgent first.
        on_shift: whether the start page of a shift counts it.
        page: the address at which it is worked off, perhaps with a place for the facility; empty: the list itself is shown.
    """

    code: str
    title: str
    to_do: str
    whom: Whom
    about: About
    find: Find
    place: int
    on_shift: bool = False
    page: str = ""


@cache
def worklists() -> Mapping[str, Worklist]:
    """Every list by its code, the most urgent first."""
    found: Iterable[Worklist] = (
        import_module(f"{folder.__name__}.{one.name}").WORKLIST for one in iter_modules(folder.__path__)
    )
    return {one.code: one for one in sorted(found, key=lambda made: (made.place, made.code))}


def by_urgency(lines: Iterable[Line]) -> list[Line]:
    """The lines, the most urgent first; what has no time comes last of its rank."""
    return sorted(
        lines,
        key=lambda one: (
            one.rank,
            one.due_at is None,
            one.due_at.timestamp() if one.due_at else 0.0,
            one.patient,
        ),
    )
