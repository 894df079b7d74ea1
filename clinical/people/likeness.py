"""How alike two names are, however they are spelt and in whatever order their parts stand.

One folding for all: that of the search index (``fhir_store.folding``), and its key of what a word sounds like
(``fhir_store.phonetic``). ``Đurić``, ``Djuric`` and ``Ђурић`` are the same; ``Gjurić`` and ``Durić`` sound like them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from fhir_store.folding import folded
from fhir_store.phonetic import phonetic_key

SHORTEST_WITH_A_TYPO = 4
"""So many letters has a word in which one wrong letter is taken for a slip: Ana and Ena are two names. Proposed."""


class Likeness(IntEnum):
    """How alike, the closest last."""

    NONE = 0
    TYPO = 1
    """One letter is wrong, missing, too many, or has changed places with its neighbour."""
    SOUNDS = 2
    SAME = 3


@dataclass(frozen=True)
class Words:
    """A name by its words, folded."""

    folded: tuple[str, ...]
    sounds: tuple[str, ...]


@lru_cache(maxsize=8192)
def words_of(name: str) -> Words:
    """The words of a name."""
    words = tuple(folded(name).split())
    return Words(words, tuple(phonetic_key(word) for word in words))


@lru_cache(maxsize=16384)
def alike(one: str, other: str) -> Likeness:
    """How alike two names are: as little as the two of their words that are least alike.

    A name with more words than the other is alike if each of the shorter one's has one of its own in it: ``Ana Maria
    Petrović`` and ``Petrović Ana``. A single word is only like a single word.
    """
    first, second = sorted((words_of(one), words_of(other)), key=lambda words: len(words.folded))
    fewest, most = len(first.folded), len(second.folded)
    if fewest == 0 or (fewest == 1 and most > 1):
        return Likeness.NONE
    return _least(first, second)


def _least(first: Words, second: Words) -> Likeness:
    """Each word of the shorter name takes the word of the longer one that is most like it."""
    free = set(range(len(second.folded)))
    least, typos = Likeness.SAME, 0
    for nth in range(len(first.folded)):
        found, place = max(
            ((_word(first, nth, second, place), place) for place in sorted(free)), key=lambda one: one[0]
        )
        if found is Likeness.NONE:
            return Likeness.NONE
        typos += found is Likeness.TYPO
        free.discard(place)
        least = min(least, found)
    # Two words with a slip each are two other names.
    return least if typos < 2 else Likeness.NONE


def _word(first: Words, nth: int, second: Words, place: int) -> Likeness:
    one, other = first.folded[nth], second.folded[place]
    if one == other:
        return Likeness.SAME
    if first.sounds[nth] == second.sounds[place]:
        return Likeness.SOUNDS
    return Likeness.TYPO if is_typo(one, other) else Likeness.NONE


def is_typo(one: str, other: str) -> bool:
    """Whether two different words are one slip of the hand apart."""
    if min(len(one), len(other)) < SHORTEST_WITH_A_TYPO or abs(len(one) - len(other)) > 1:
        return False
    begins = next(_differ(one, other), min(len(one), len(other)))
    first, second = one[begins:], other[begins:]
    if len(first) == len(second):
        swapped = first[:2] == second[1::-1] and first[2:] == second[2:]
        return first[1:] == second[1:] or swapped
    shorter, longer = sorted((first, second), key=len)
    return longer[1:] == shorter


def _differ(one: str, other: str) -> Iterator[int]:
    return (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
