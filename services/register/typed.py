"""What somebody filled in, read field by field. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from clinical.register.amount import amount_in
from clinical.register.errors import NotThere
from services.shared.languages import N_

LONGEST = 120
LONGEST_NOTE = 500

NOT_FILLED_IN = N_("Fill in every field.")
TOO_LONG = N_("Write it shorter, in letters that can be read.")
NO_DAY = N_("A day is written as year-month-day, such as 2027-03-31.")
NOT_CHOSEN = N_("Choose one of the list.")

Word = TypeVar("Word", bound=StrEnum)


class Unfit(Exception):
    """Something has to be put right. ``words``: what, waiting for its translation."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


@dataclass(frozen=True)
class Typed:
    """The fields of a form, as they were sent."""

    fields: Mapping[str, str]

    def __contains__(self, name: str) -> bool:
        return bool(self.fields.get(name, "").strip())

    def text(self, name: str, longest: int = LONGEST, *, optional: bool = False) -> str:
        """A line of text. Raises Unfit."""
        found = " ".join(self.fields.get(name, "").split())
        if not found and not optional:
            raise Unfit(NOT_FILLED_IN)
        if len(found) > longest or not (found.isprintable() or not found):
            raise Unfit(TOO_LONG)
        return found

    def amount(self, name: str) -> Decimal:
        """An amount. Raises AmountRefused."""
        return amount_in(self.fields.get(name, ""))

    def day(self, name: str) -> date:
        """A civil day. Raises Unfit."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise Unfit(NO_DAY) from None

    def word(self, name: str, among: type[Word]) -> Word:
        """One of an enumeration. Raises Unfit."""
        try:
            return among(self.fields.get(name, ""))
        except ValueError:
            raise Unfit(NOT_CHOSEN) from None

    def yes(self, name: str) -> bool:
        """Yes or no. Raises Unfit."""
        found = self.fields.get(name, "")
        if found not in ("yes", "no"):
            raise Unfit(NOT_CHOSEN)
        return found == "yes"

    def one_of(self, name: str, codes: Mapping[str, object]) -> str:
        """One of the codes. Raises Unfit."""
        found = self.fields.get(name, "")
        if found not in codes:
            raise Unfit(NOT_CHOSEN)
        return found

    def id(self, name: str) -> UUID:
        """What something is named by. Raises NotThere: nobody types one."""
        return id_in(self.fields.get(name, ""))

    def number(self, name: str) -> int:
        """The number of a line. Raises NotThere."""
        found = self.fields.get(name, "")
        if not (found.isascii() and found.isdigit() and len(found) < 10):
            raise NotThere
        return int(found)


def id_in(written: str) -> UUID:
    """An id of the register. Raises NotThere."""
    try:
        return UUID(written)
    except ValueError:
        raise NotThere from None
