"""The members of what a tablet sends, read one by one: each is what it should be, or what was sent is not understood."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from fhir_store.write import ID

Json = Mapping[str, Any]
Word = TypeVar("Word", bound=StrEnum)

LONGEST = 200
"""Of a text, in characters: all are ids, numbers and codes."""

MOST_WHOLE = 2**63 - 1


class NotUnderstood(Exception):
    """It is an event, and a member of it says nothing that is known here. It is kept and worked off by somebody."""

    def __init__(self, member: str) -> None:
        super().__init__(member)
        self.member = member


def needed(value: Any, member: str) -> Any:
    """The value of a member that has to be there. Raises NotUnderstood."""
    if value is None:
        raise NotUnderstood(member)
    return value


def object_in(said: Json, member: str) -> Json | None:
    """An object. Raises NotUnderstood."""
    value = said.get(member)
    if value is not None and not isinstance(value, Mapping):
        raise NotUnderstood(member)
    return value


def text_in(said: Json, member: str, longest: int = LONGEST) -> str | None:
    """A text. Raises NotUnderstood."""
    value = said.get(member)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= longest or "\0" in value:
        raise NotUnderstood(member)
    return value


def fhir_id_in(said: Json, member: str) -> str:
    """An id of FHIR. Raises NotUnderstood. http://hl7.org/fhir/R4/datatypes.html#id"""
    text = text_in(said, member)
    if text is None or not ID.fullmatch(text):
        raise NotUnderstood(member)
    return text


def uuid_in(said: Json, member: str) -> UUID | None:
    """A UUID. Raises NotUnderstood."""
    value = said.get(member)
    try:
        return None if value is None else UUID(str(value))
    except ValueError:
        raise NotUnderstood(member) from None


def whole_in(said: Json, member: str, *, least: int, most: int = MOST_WHOLE) -> int | None:
    """A whole number. Raises NotUnderstood."""
    value = said.get(member)
    if value is not None and (type(value) is not int or not least <= value <= most):
        raise NotUnderstood(member)
    return value


def yes_or_no_in(said: Json, member: str) -> bool | None:
    """Yes or no. Raises NotUnderstood."""
    value = said.get(member)
    if value is not None and type(value) is not bool:
        raise NotUnderstood(member)
    return value


def amount_in(said: Json, member: str, most: Decimal) -> Decimal | None:
    """A number or its text; with a text no digit is lost on the way. Raises NotUnderstood."""
    value = said.get(member)
    if value is None:
        return None
    try:
        amount = Decimal(str(value)) if type(value) in (int, float, str) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount <= most:
        raise NotUnderstood(member)
    return amount


def instant_in(said: Json, member: str) -> datetime | None:
    """An instant with its offset. Raises NotUnderstood."""
    value = said.get(member)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise NotUnderstood(member) from None
    # Without its offset nobody knows which instant it was, and far from our days none can be counted with.
    if at.tzinfo is None or not 1970 <= at.year < 2200:
        raise NotUnderstood(member)
    return at


def word_in(words: type[Word], said: Json, member: str) -> Word | None:
    """One of some words. Raises NotUnderstood."""
    value = said.get(member)
    if value is None:
        return None
    if value not in list(words):
        raise NotUnderstood(member)
    return words(value)


def words_in(words: type[Word], said: Json, member: str) -> Iterable[Word]:
    """Some of some words. Raises NotUnderstood."""
    listed = said.get(member) or []
    if not isinstance(listed, list):
        raise NotUnderstood(member)
    for value in listed:
        if value not in list(words):
            raise NotUnderstood(member)
        yield words(value)


def words_said_in(said: Json, member: str) -> Iterable[str]:
    """Some codes, whichever they are. Raises NotUnderstood."""
    listed = said.get(member) or []
    if not isinstance(listed, list) or not all(
        isinstance(one, str) and len(one) <= LONGEST for one in listed
    ):
        raise NotUnderstood(member)
    return listed
