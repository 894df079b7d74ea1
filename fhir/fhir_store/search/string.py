"""String parameters: texts that begin like the sought one, whatever their case and accents.

http://hl7.org/fhir/R4/search.html#string
"""

from collections.abc import Callable, Mapping, Sequence

from fhir_store import seal
from fhir_store.errors import BadSearchValue
from fhir_store.folding import folded
from fhir_store.phonetic import PHONETIC, phonetic_key
from fhir_store.search.context import Context
from fhir_store.search.parameters import Sought, Way
from fhir_store.search.written import alternatives, unescape
from fhir_store.sql import Sql, any_of

TABLE = "index_string"
BLIND = "index_blind"
"""Where the values of what tells who somebody is lie instead."""

ORDER = {"value": "text"}


def condition(values: Sequence[str], context: Context, column: str = "i.value") -> Sql:
    """What the index rows of a text with one of the beginnings satisfy. Raises BadSearchValue."""
    return any_of(Sql(f"{column} ^@ %s", (_folded(value),)) for value in values)


def _folded(value: str) -> str:
    return seal.beginning(_sought(value))


def _sought(value: str) -> str:
    text = folded(unescape(value))
    if not text:
        raise BadSearchValue("Write at least one letter or digit of the text to find.")
    return text


def _exact(sought: Sought, value: str, context: Context) -> Sql:
    texts = [unescape(text) for text in alternatives(value)]
    blind = context.keyring.blind
    return _found(
        sought, lambda: any_of(map(_same, texts)), lambda: [blind.same(sought.name, text) for text in texts]
    )


def _same(text: str) -> Sql:
    # The folded text is what the index knows; the other tells "Ana" from "ANA".
    return Sql("(i.value = %s AND i.exact = %s)", (seal.beginning(folded(text)), seal.index_value(text)))


def _contains(sought: Sought, value: str, context: Context) -> Sql:
    # A folded text has none of the signs that mean something to LIKE.
    anywhere = (Sql("i.value LIKE %s", (f"%{_folded(text)}%",)) for text in alternatives(value))
    return sought.found(TABLE, any_of(anywhere))


def _plain(sought: Sought, value: str, context: Context) -> Sql:
    name, values, blind = sought.name, alternatives(value), context.keyring.blind
    if name == PHONETIC:
        keys = [phonetic_key(unescape(text)) for text in values]
        return _found(
            sought,
            lambda: Sql("i.value = ANY(%s)", (keys,)),
            lambda: [blind.same(name, key) for key in keys],
        )
    return _found(
        sought,
        lambda: condition(values, context),
        lambda: [blind.beginning(name, _sought(one)) for one in values],
    )


def _found(sought: Sought, condition: Callable[[], Sql], hashes: Callable[[], list[int]]) -> Sql:
    """What has a value that satisfies the condition where it lies open, or has one of the hashes where it lies blind."""
    open_, blind = sought.apart()
    pieces = [open_.found(TABLE, condition())] if open_ else []
    return any_of([*pieces, *([blind.found(BLIND, _one_of(hashes()))] if blind else [])])


def _one_of(hashes: list[int]) -> Sql:
    return Sql("i.value = %s", (hashes[0],)) if len(hashes) == 1 else Sql("i.value = ANY(%s)", (hashes,))


WAYS: Mapping[str, Way] = {"": _plain, "exact": _exact, "contains": _contains}
