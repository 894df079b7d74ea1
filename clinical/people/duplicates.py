"""Who may be the same person as somebody who is about to be registered: points for what agrees. Pure.

Nobody is taken for another by points: whoever is named is shown, and a clinician says. What counts how much is in the
protocol under ``people.duplicates.``; every value is proposed by Throughcare and has no source.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from clinical.people.birth_date import BirthLikeness, births_alike
from clinical.people.details import SEXES, Details
from clinical.people.likeness import Likeness, alike, words_of
from clinical.people.number_spelling import spelt
from clinical.people.numbers import Number, NumberKind
from clinical.protocols import Protocol

PREFIX = "people.duplicates"

OF_ONE_PERSON = frozenset({NumberKind.PRISON, NumberKind.NATIONAL, NumberKind.UIC})
"""Numbers that are given to one person only."""


class Why(StrEnum):
    """What agrees, or does not."""

    SAME_NUMBER = "same-number"
    SAME_NAME = "same-name"
    NAME_SOUNDS_ALIKE = "name-sounds-alike"
    NAME_WITH_A_SLIP = "name-with-a-slip"
    HALF_THE_NAME = "half-the-name"
    SAME_FATHER = "same-father"
    FATHER_ALIKE = "father-alike"
    OTHER_FATHER = "other-father"
    SAME_BIRTH = "same-birth"
    BIRTH_SWAPPED = "birth-swapped"
    BIRTH_WITH_A_SLIP = "birth-with-a-slip"
    SAME_MONTH_OR_YEAR = "same-month-or-year"
    OTHER_BIRTH = "other-birth"
    OTHER_SEX = "other-sex"


AGAINST = frozenset({Why.OTHER_FATHER, Why.OTHER_BIRTH, Why.OTHER_SEX})
"""What speaks against it: its points are taken off."""


@dataclass(frozen=True)
class Points:
    """How much each counts, and from how many on somebody is shown.

    A like name alone is enough, since often nothing else is known; a date of birth alone is not, nor a like name against
    another date of birth.
    """

    shown_from: int = 30
    same_number: int = 100
    same_name: int = 40
    name_sounds_alike: int = 35
    name_with_a_slip: int = 30
    half_the_name: int = 10
    same_father: int = 20
    father_alike: int = 15
    other_father: int = 10
    same_birth: int = 25
    birth_swapped: int = 20
    birth_with_a_slip: int = 15
    same_month_or_year: int = 5
    other_birth: int = 20
    other_sex: int = 10

    def of(self, why: Why) -> int:
        """Those of one finding, with its sign."""
        points = int(getattr(self, why.replace("-", "_")))
        return -points if why in AGAINST else points


def points_of(protocol: Protocol) -> Points:
    """The points of a country. Raises BadProtocol."""
    said = {one.name: protocol.whole_number(_parameter(one.name)) for one in fields(Points)}
    return Points(**{name: value for name, value in said.items() if value is not None})


def _parameter(name: str) -> str:
    return f"{PREFIX}.{name.replace('_', '-')}"


@dataclass(frozen=True)
class Probable:
    """Somebody who may be the same person."""

    patient: str
    points: int
    why: tuple[Why, ...] = field(repr=False)


def probable(new: Details, known: Mapping[str, Details], points: Points) -> list[Probable]:
    """Those of some people, by the ids of their Patients, who may be the same as somebody new; the likeliest first."""
    compared = (_compared(new, patient, details, points) for patient, details in known.items())
    shown = [one for one in compared if one.points >= points.shown_from]
    return sorted(shown, key=lambda one: (-one.points, one.patient))


def _compared(new: Details, patient: str, details: Details, points: Points) -> Probable:
    why = tuple(findings(new, details))
    return Probable(patient, sum(points.of(one) for one in why), why)


def findings(one: Details, other: Details) -> Iterator[Why]:
    """What agrees and what does not. What is not known on one side is neither."""
    if any(_is_same(first, second) for first in one.numbers for second in other.numbers):
        yield Why.SAME_NUMBER
    yield from _of_names(one, other)
    yield from _of_fathers(one.father, other.father)
    yield from BIRTHS.get(births_alike(one.born, other.born), ())
    if {one.sex, other.sex} <= set(SEXES[:2]) and one.sex != other.sex:
        yield Why.OTHER_SEX


def _is_same(one: Number, other: Number) -> bool:
    """Whether both are one number. What nobody says the kind of may be of any."""
    kinds = {one.kind, other.kind}
    of_one = kinds <= OF_ONE_PERSON and len(kinds) == 1
    unsaid = NumberKind.OTHER in kinds and kinds <= {*OF_ONE_PERSON, NumberKind.OTHER}
    return spelt(one.value) == spelt(other.value) and (of_one or unsaid)


NAMES = {
    Likeness.SAME: Why.SAME_NAME,
    Likeness.SOUNDS: Why.NAME_SOUNDS_ALIKE,
    Likeness.TYPO: Why.NAME_WITH_A_SLIP,
}
BIRTHS: Mapping[BirthLikeness, tuple[Why, ...]] = {
    BirthLikeness.SAME: (Why.SAME_BIRTH,),
    BirthLikeness.SWAPPED: (Why.BIRTH_SWAPPED,),
    BirthLikeness.SLIP: (Why.BIRTH_WITH_A_SLIP,),
    BirthLikeness.AS_FAR_AS_KNOWN: (Why.SAME_MONTH_OR_YEAR,),
    BirthLikeness.OTHER: (Why.OTHER_BIRTH,),
}


def _of_names(one: Details, other: Details) -> Iterator[Why]:
    closest = max(
        (alike(first, second) for first in one.names for second in other.names), default=Likeness.NONE
    )
    if closest in NAMES:
        yield NAMES[closest]
    elif _share_a_word(one.names, other.names):
        yield Why.HALF_THE_NAME


def _share_a_word(names: Iterable[str], others: Iterable[str]) -> bool:
    first = {sound for name in names for sound in words_of(name).sounds}
    return any(sound in first for name in others for sound in words_of(name).sounds)


def _of_fathers(one: str, other: str) -> Iterator[Why]:
    if not words_of(one).folded or not words_of(other).folded:
        return
    closest = alike(one, other)
    if closest is Likeness.SAME:
        yield Why.SAME_FATHER
    else:
        yield Why.FATHER_ALIKE if closest else Why.OTHER_FATHER
