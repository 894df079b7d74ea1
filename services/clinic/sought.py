"""What somebody typed to find a person, taken apart: a card's code, a number in full, a date of birth, a name. Pure."""

import re
from dataclasses import dataclass, field
from datetime import date

from clinical.people.code import is_code, looks_like_code
from fhir_store.folding import folded

DATES = (
    re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})\.?"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
)
"""As they are written by hand in the countries that we serve, and as computers write them."""

LOOKALIKES = str.maketrans("АВЕЈКМНОРСТХавејкмнорстх", "ABEJKMHOPCTXabejkmhopctx")
"""Cyrillic letters that look like Latin ones: a prison number is the same whichever keyboard it is typed on."""


@dataclass(frozen=True)
class Sought:
    """What is looked for. At most one of code, number and name is there; a date of birth stands alone or with a name."""

    code: str = field(default="", repr=False)
    bad_code: bool = False
    """Whether a scanner typed something that is no code of ours: it read badly, or it is another card."""
    numbers: tuple[str, ...] = field(default=(), repr=False)
    """A number, in each way in which it may be written."""
    born: str = field(default="", repr=False)
    words: tuple[str, ...] = field(default=(), repr=False)


def sought_in(typed: str) -> Sought:
    """What a field says that is typed into or scanned into."""
    text = " ".join("".join(sign for sign in typed if sign.isprintable()).split())
    if looks_like_code(text):
        return Sought(code=text) if is_code(text) else Sought(bad_code=True)
    dates = [(word, born) for word in text.split() if (born := date_in(word))]
    rest = [word for word in text.split() if not any(word == written for written, _ in dates)]
    if any(sign.isdigit() for word in rest for sign in word):
        # Names have no digits.
        return Sought(numbers=spellings(text))
    return Sought(born=dates[0][1] if dates else "", words=tuple(word for word in rest if folded(word)))


def spellings(number: str) -> tuple[str, ...]:
    """A number as it was typed, in capital letters, and in Latin ones."""
    latin = number.translate(LOOKALIKES)
    return tuple(sorted({number, number.upper(), latin, latin.upper()}))


def date_in(word: str) -> str:
    """A day as FHIR writes it; empty if the word is none."""
    found = next((match for pattern in DATES if (match := pattern.fullmatch(word))), None)
    if found is None:
        return ""
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"])).isoformat()
    except ValueError:
        return ""
