"""String parameters: texts that begin like the sought one, whatever their case and accents.

http://hl7.org/fhir/R4/search.html#string
"""

from collections.abc import Mapping, Sequence

from fhir_store import seal
from fhir_store.errors import BadSearchValue
from fhir_store.folding import folded
from fhir_store.phonetic import phonetic_key
from fhir_store.search.context import Context
from fhir_store.search.parameters import Sought, Way
from fhir_store.search.written import alternatives, unescape
from fhir_store.sql import Sql, any_of

TABLE = "index_string"
ORDER = {"value": "text"}

PHONETIC = "phonetic"
"""The parameter of people that finds a name by what it sounds like."""


def condition(values: Sequence[str], context: Context, column: str = "i.value") -> Sql:
    """What the index rows of a text with one of the beginnings satisfy. Raises BadSearchValue."""
    return any_of(Sql(f"{column} ^@ %s", (_folded(value),)) for value in values)


def _folded(value: str) -> str:
    text = seal.beginning(folded(unescape(value)))
    if not text:
        raise BadSearchValue("Write at least one letter or digit of the text to find.")
    return text


def _exact(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(TABLE, any_of(_same(unescape(text)) for text in alternatives(value)))


def _same(text: str) -> Sql:
    # The folded text is what the index knows; the other tells "Ana" from "ANA".
    return Sql("(i.value = %s AND i.exact = %s)", (seal.beginning(folded(text)), seal.index_value(text)))


def _contains(sought: Sought, value: str, context: Context) -> Sql:
    # A folded text has none of the signs that mean something to LIKE.
    anywhere = (Sql("i.value LIKE %s", (f"%{_folded(text)}%",)) for text in alternatives(value))
    return sought.found(TABLE, any_of(anywhere))


def _plain(sought: Sought, value: str, context: Context) -> Sql:
    if sought.name == PHONETIC:
        keys = [phonetic_key(unescape(text)) for text in alternatives(value)]
        return sought.found(TABLE, Sql("i.value = ANY(%s)", (keys,)))
    return sought.found(TABLE, condition(alternatives(value), context))


WAYS: Mapping[str, Way] = {"": _plain, "exact": _exact, "contains": _contains}
