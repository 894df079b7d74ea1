"""URI parameters: the whole URI, or with a modifier one that is above or below it.

http://hl7.org/fhir/R4/search.html#uri
"""

from collections.abc import Mapping, Sequence

from fhir_store import seal
from fhir_store.errors import BadSearchValue
from fhir_store.search import token
from fhir_store.search.context import Context
from fhir_store.search.parameters import Sought, Way, parameters
from fhir_store.search.written import alternatives, unescape
from fhir_store.sql import Sql, any_of

TABLE = "index_string"
ORDER = {"value": "text"}

URL, VERSION = "url", "version"
"""The parameters of a definition that has an address."""


def condition(values: Sequence[str], context: Context, column: str = "i.value") -> Sql:
    """What the index rows of one of the URIs satisfy. Raises BadSearchValue."""
    sealed = [seal.index_value(_uri(value)) for value in values]
    return Sql(f"{column} = %s", (sealed[0],)) if len(sealed) == 1 else Sql(f"{column} = ANY(%s)", (sealed,))


def _uri(value: str) -> str:
    uri = unescape(value)
    if not uri:
        raise BadSearchValue("Write a URI in full.")
    return uri


def _below(sought: Sought, value: str, context: Context) -> Sql:
    starts = (Sql("i.value ^@ %s", (_uri(uri),)) for uri in alternatives(value))
    return sought.found(TABLE, any_of(starts))


def _above(sought: Sought, value: str, context: Context) -> Sql:
    beginnings = {uri[:end] for uri in map(_uri, alternatives(value)) for end in range(1, len(uri) + 1)}
    return sought.found(TABLE, Sql("i.value = ANY(%s)", (sorted(beginnings),)))


def _plain(sought: Sought, value: str, context: Context) -> Sql:
    if sought.name == URL and "|" in value and VERSION in parameters(sought.types):
        return any_of(_in_version(sought, one, context) for one in alternatives(value))
    return sought.found(TABLE, condition(alternatives(value), context))


def _in_version(sought: Sought, value: str, context: Context) -> Sql:
    """``url|version``: the definition with that URL, in that version."""
    url, bar, version = value.partition("|")
    found = sought.found(TABLE, condition([url], context))
    if not bar:
        return found
    of_version = parameters(sought.types)[VERSION]
    return found & of_version.found(token.TABLE, token.condition([version], context))


WAYS: Mapping[str, Way] = {"": _plain, "above": _above, "below": _below}
