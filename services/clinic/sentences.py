"""Sentences of the rules as a page says them: translated, with dates and numbers as the language writes them."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from clinical.words import Sentence, Value
from services.shared.formats import day, moments_in
from services.shared.languages import current_language, gettext


def said(sentence: Sentence, zone: ZoneInfo) -> str:
    """The sentence in the language of the request."""
    values = sentence.values
    text = gettext(sentence.text)
    return text % {name: _written(value, zone) for name, value in values.items()} if values else text


def amount(value: Decimal) -> str:
    """A number with no more decimals than it needs."""
    return format_decimal(value, "#,##0.###", locale=current_language().locale)


def _written(value: Value, zone: ZoneInfo) -> str:
    match value:
        case datetime():
            return moments_in(zone)(value)
        case date():
            return day(value)
        case int() | Decimal():
            return amount(Decimal(value))
    return gettext(value)
