"""The letter by which a medicine is told where others look on: at the window, on the sheet of paper and on a label."""

from collections.abc import Mapping
from dataclasses import dataclass

from clinical.oat.product import products

LETTER_OF: Mapping[str, str] = {
    "methadone-oral-solution": "A",
    "buprenorphine-sublingual": "B",
    "buprenorphine-naloxone-sublingual": "C",
    "buprenorphine-depot-weekly": "D",
    "buprenorphine-depot-monthly": "E",
    "morphine-slow-release": "F",
}
"""By the code of the product. What a letter stands for hangs where the medicines are kept: never changed."""


@dataclass(frozen=True)
class Letter:
    """By which a medicine is told."""

    letter: str
    name: str


def letters() -> tuple[Letter, ...]:
    """One for each medicine."""
    return tuple(Letter(letter, products()[code].name) for code, letter in LETTER_OF.items())
