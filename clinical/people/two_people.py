"""The "two people" mark: who could be taken for somebody else in the same facility. Pure.

Marked are both of every two people whose names are the same, sound alike or are one slip apart; brothers (family name and
father's name alike); and two of one family name who were born in one year. A mark forces the photo or the code on the card
before anything is given: name and birth year are not enough to tell them apart.

The marks of all people of a facility are found at once. Two people are compared only if they share a key that those who
could be mixed up always share, so the cost grows with the people and not with their pairs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import combinations

from clinical.people.details import Details
from clinical.people.likeness import Likeness, Words, alike, words_of
from clinical.protocols import Protocol

COMMON_FROM = "people.two-people.common-family-name-from"
"""A family name that so many people of a facility have is one by which nobody there tells people apart, so that it takes
more than the birth year with it."""
PROPOSED_COMMON_FROM = 20
"""Proposed by Throughcare, no source."""


class Taken(StrEnum):
    """Why somebody could be taken for another, the strongest first."""

    SAME_NAME = "same-name"
    SIMILAR_NAME = "similar-name"
    SAME_FAMILY_AND_FATHER = "same-family-and-father"
    SAME_FAMILY_AND_YEAR = "same-family-and-year"


STRONGEST_FIRST = list(Taken)


@dataclass(frozen=True)
class Mark:
    """With whom somebody could be mixed up, and the strongest reason."""

    why: Taken
    others: tuple[str, ...] = field(repr=False)
    """The ids of their Patients."""


def common_from(protocol: Protocol) -> int:
    """From how many people on a family name is a common one. Raises BadProtocol."""
    said = protocol.whole_number(COMMON_FROM)
    return PROPOSED_COMMON_FROM if said is None else said


def marks(people: Mapping[str, Details], common_from: int = PROPOSED_COMMON_FROM) -> dict[str, Mark]:
    """The marks of some people, by the ids of their Patients. Who is in none could be taken for nobody."""
    common = _common(people, common_from)
    found: dict[str, dict[str, Taken]] = defaultdict(dict)
    for one, other in _neighbours(people):
        why = taken_for(people[one], people[other])
        if why is None or (why is Taken.SAME_FAMILY_AND_YEAR and _family(people[one]) in common):
            continue
        found[one][other] = why
        found[other][one] = why
    return {patient: _mark(others) for patient, others in found.items()}


def taken_for(one: Details, other: Details) -> Taken | None:
    """Why one could be taken for the other; None if they could not."""
    closest = max(alike(first, second) for first in one.names for second in other.names)
    if closest is Likeness.SAME:
        return Taken.SAME_NAME
    if closest is not Likeness.NONE:
        return Taken.SIMILAR_NAME
    family, father = alike(one.family, other.family), alike(one.father, other.father)
    if family is Likeness.NONE:
        return None
    # Where both have a slip it is another family.
    if father is not Likeness.NONE and not family is father is Likeness.TYPO:
        return Taken.SAME_FAMILY_AND_FATHER
    year, other_year = one.born[:4], other.born[:4]
    return Taken.SAME_FAMILY_AND_YEAR if year and year == other_year else None


def _mark(others: Mapping[str, Taken]) -> Mark:
    return Mark(min(others.values(), key=STRONGEST_FIRST.index), tuple(sorted(others)))


def _common(people: Mapping[str, Details], common_from: int) -> frozenset[tuple[str, ...]]:
    counted = Counter(_family(details) for details in people.values())
    return frozenset(family for family, many in counted.items() if many >= common_from)


def _family(details: Details) -> tuple[str, ...]:
    return words_of(details.family).sounds


def _neighbours(people: Mapping[str, Details]) -> Iterator[tuple[str, str]]:
    """Every two people who share a key, each pair once."""
    by_key: dict[str, list[str]] = defaultdict(list)
    for patient in sorted(people):
        details = people[patient]
        for key in _keys(details.names, details.family, details.father, details.born[:4]):
            by_key[key].append(patient)
    yield from {pair for group in by_key.values() if len(group) > 1 for pair in combinations(group, 2)}


@lru_cache(maxsize=4096)
def _keys(names: tuple[str, ...], family: str, father: str, year: str) -> frozenset[str]:
    """Two words, the one by its sound and the other also with any one letter left out, which is what two words one slip
    apart always share: two of the name, or the family name with father or year."""
    keys = {key for name in names for key in _of_name(words_of(name))}
    if father:
        keys.update(f"father {key}" for key in _of_two(words_of(family), words_of(father)))
    if year:
        keys.update(f"year {year} {word}" for word in _spelt(words_of(family)))
    return frozenset(keys)


def _of_name(words: Words) -> Iterator[str]:
    if len(words.folded) == 1:
        yield from (f"only {word}" for word in _spelt(words))
    each = [Words((word,), (sound,)) for word, sound in zip(words.folded, words.sounds, strict=True)]
    for one, other in combinations(sorted(each, key=lambda word: word.sounds), 2):
        yield from _of_two(one, other)


def _of_two(one: Words, other: Words) -> Iterator[str]:
    """Either by its sound, and the other also with a letter left out."""
    first, second = " ".join(one.sounds), " ".join(other.sounds)
    yield f"{first} {second}"
    yield from (f"{first} +{left}" for left in _left(other))
    yield from (f"{second} +{left}" for left in _left(one))


def _spelt(words: Words) -> list[str]:
    return [" ".join(words.sounds), *_left(words)]


def _left(words: Words) -> list[str]:
    """The words, and the same with each of their letters left out."""
    word = " ".join(words.folded)
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]
