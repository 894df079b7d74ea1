"""The primitive types: JSON type, official regular expression, and what the expression does not say.

http://hl7.org/fhir/R4/datatypes.html. A second of 60 is taken wherever the official expression takes it (leap
seconds are not known in advance) and is read as the first second of the next minute.
"""

import re
from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any

from fhir_store.definitions import type_named
from fhir_store.gate.narrative import narrative_rule
from fhir_store.gate.rules import Found, Rule, issue, wrong_type
from fhir_store.json_text import NumberText

LONGEST_STRING = 1024 * 1024
"""Characters: http://hl7.org/fhir/R4/datatypes.html#string"""

INTEGER_RANGES = {
    "integer": (-(2**31), 2**31 - 1),
    "unsignedInt": (0, 2**31 - 1),
    "positiveInt": (1, 2**31 - 1),
}
LONGEST_DECIMAL = 64
"""Characters. Ours: FHIR asks for 18 digits and sets no limit."""
LONGEST_INTEGER = len(str(-(2**31)))

FORMS: Mapping[str, str] = {
    "canonical": "A canonical address without spaces is expected here.",
    "code": "A code without spaces at its ends and without double spaces is expected here.",
    "date": "A date is expected here: YYYY, YYYY-MM or YYYY-MM-DD.",
    "dateTime": "A date is expected here: YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with its zone.",
    "id": "An id is expected here: 1 to 64 letters, digits, hyphens and full stops.",
    "instant": "A date and time is expected here: YYYY-MM-DDThh:mm:ss with its zone.",
    "oid": "An OID is expected here: urn:oid: and numbers joined by full stops.",
    "time": "A time is expected here: hh:mm:ss without a zone.",
    "uri": "A URI without spaces is expected here.",
    "url": "A URL without spaces is expected here.",
    "uuid": "A UUID is expected here: urn:uuid: and the UUID in small letters.",
}
DATED = {"date", "dateTime", "instant"}

_BASE64 = re.compile(r"[0-9A-Za-z+/]*={0,2}")


def primitive_rule(name: str) -> Rule:
    """The rule of a primitive type. Raises KeyError for a type that is not one."""
    if name in OTHER_FORMS:
        return OTHER_FORMS[name]
    pattern = type_named(name).pattern
    assert pattern
    if name in INTEGER_RANGES:
        return _integer_rule(pattern, *INTEGER_RANGES[name])
    return _day_rule(pattern, FORMS[name]) if name in DATED else pattern_rule(pattern, FORMS[name])


def string_rule(value: Any) -> Found:
    """Not empty and not white space only. Control characters are refused where text is read."""
    if type(value) is str and value and len(value) <= LONGEST_STRING and not value.isspace():
        return None
    if type(value) is not str:
        return wrong_type(value, "A string")
    if len(value) > LONGEST_STRING:
        return issue("too-long", "A string is at most 1,048,576 characters long.")
    return issue("value", "An empty string is not allowed. Leave the element out.")


def pattern_rule(pattern: str, expected: str) -> Rule:
    """A string that matches all of ``pattern``. White space and digits are the ASCII ones, as in XML Schema."""
    matches = re.compile(pattern, re.ASCII).fullmatch

    def check(value: Any) -> Found:
        if type(value) is str and value and matches(value):
            return None
        return _not_of_form(value, expected)

    return check


def _not_of_form(value: Any, expected: str) -> Found:
    return string_rule(value) or issue("value", expected)


def _day_rule(pattern: str, expected: str) -> Rule:
    matches = re.compile(pattern, re.ASCII).fullmatch

    def check(value: Any) -> Found:
        # The expression lets every month have 31 days.
        if type(value) is str and matches(value) and (value[8:10] <= "28" or _is_a_day(value)):
            return None
        return _not_of_form(value, expected)

    return check


def _is_a_day(value: str) -> bool:
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True


def _boolean_rule(value: Any) -> Found:
    return None if type(value) is bool else wrong_type(value, "true or false, without quotes,")


def _decimal_rule(value: Any) -> Found:
    """Any JSON number that a double can come near to; its digits are kept as text."""
    if type(value) is not NumberText:
        return wrong_type(value, "A number, without quotes,")
    if len(value) <= LONGEST_DECIMAL and isfinite(float(value)):
        return None
    return issue(
        "value", f"A number of at most {LONGEST_DECIMAL} characters, not above 1e308, is expected here."
    )


def _integer_rule(pattern: str, lowest: int, highest: int) -> Rule:
    matches = re.compile(pattern, re.ASCII).fullmatch

    def check(value: Any) -> Found:
        if type(value) is not NumberText:
            return wrong_type(value, "A whole number, without quotes,")
        if matches(value) and len(value) <= LONGEST_INTEGER and lowest <= int(value) <= highest:
            return None
        return issue("value", f"A whole number from {lowest} to {highest} is expected here.")

    return check


def _base64_rule(value: Any) -> Found:
    """The official expression takes minutes over long input with spaces, so this one is ours."""
    if type(value) is str:
        packed = "".join(value.split())
        if packed and len(packed) % 4 == 0 and _BASE64.fullmatch(packed):
            return None
    return (
        wrong_type(value, "A string")
        if type(value) is not str
        else issue("value", "Base64 is expected here.")
    )


OTHER_FORMS: Mapping[str, Rule] = {
    "base64Binary": _base64_rule,
    "boolean": _boolean_rule,
    "decimal": _decimal_rule,
    "markdown": string_rule,
    "string": string_rule,
    "xhtml": narrative_rule,
}
