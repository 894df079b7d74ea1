"""What somebody typed to find a person, taken apart: a card's code, a number in full, a date of birth, a name. Pure."""

import re
from dataclasses import dataclass, field
from datetime import date

from clinical.people.code import is_code, looks_like_code
from clinical.people.number_spelling import spellings
from fhir_store.folding import folded

DATES = (
    re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})\.?"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
)
"""As they are written by hand in the countries that we serve, and as computers write them."""

MONTH = re.compile(r"(?:(?P<month>\d{1,2})[./](?P<year>\d{4})\.?|(?P<iso>\d{4}-\d{2}))")
YEAR = re.compile(r"((?:19|20)\d{2})\.?")

IS_NUMBER = "#"
"""Before a number that would be read as a year."""


@dataclass(frozen=True)
class Sought:
    """What is looked for. At most one of code, number and name is there; a date of birth stands alone or with a name."""

    code: str = field(default="", repr=False)
    bad_code: bool = False
    """Whether a scanner typed something that is no code of ours: it read badly, or it is another card."""
    numbers: tuple[str, ...] = field(default=(), repr=False)
    """A number, in each way in which it may be written."""
    year_alone: bool = False
    """Whether the number is what a year is written as, and may be meant as one."""
    born: str = field(default="", repr=False)
    """A date of birth, to the day or the month; with a name also to the year."""
    words: tuple[str, ...] = field(default=(), repr=False)


def sought_in(typed: str) -> Sought:
    """What a field says that is typed into or scanned into."""
    text = " ".join("".join(sign for sign in typed if sign.isprintable()).split())
    if looks_like_code(text):
        return Sought(code=text) if is_code(text) else Sought(bad_code=True)
    if text.startswith(IS_NUMBER):
        return Sought(numbers=spellings(text.removeprefix(IS_NUMBER).strip()))
    if YEAR.fullmatch(text):
        return Sought(numbers=spellings(text), year_alone=True)
    dates = [(word, born) for word in text.split() if (born := born_in(word))]
    rest = [word for word in text.split() if not any(word == written for written, _ in dates)]
    if any(sign.isdigit() for word in rest for sign in word):
        # Names have no digits.
        return Sought(numbers=spellings(text))
    return Sought(born=dates[0][1] if dates else "", words=tuple(word for word in rest if folded(word)))


def date_in(word: str) -> str:
    """A day as FHIR writes it; empty if the word is none."""
    found = next((match for pattern in DATES if (match := pattern.fullmatch(word))), None)
    if found is None:
        return ""
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"])).isoformat()
    except ValueError:
        return ""


def born_in(word: str) -> str:
    """A day, a month or a year as FHIR writes them; empty if the word is none of these."""
    year = YEAR.fullmatch(word)
    return date_in(word) or month_in(word) or (year[1] if year else "")


def month_in(word: str) -> str:
    """A month as FHIR writes it; empty if the word is none."""
    found = MONTH.fullmatch(word)
    if found is None:
        return ""
    written = found["iso"] or f"{found['year']}-{int(found['month']):02}"
    return written if 1 <= int(written[5:]) <= 12 else ""
