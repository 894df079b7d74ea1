"""Reference parameters: ``id``, ``Type/id``, an absolute URL, or a canonical URL with or without a version.

http://hl7.org/fhir/R4/search.html#reference
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fhir_store import seal
from fhir_store.errors import BadSearchValue
from fhir_store.search import token
from fhir_store.search.context import Context
from fhir_store.search.parameters import Sought, Way
from fhir_store.search.written import alternatives, unescape
from fhir_store.sql import Sql, any_of

TABLE = "index_reference"
ORDER = {"target_id": "text", "target_type": "text"}

# A version is read and not compared: the index tells which resource is meant, not which version of it.
LOCAL = re.compile(
    r"(?:(?P<type>[A-Z][A-Za-z]+)/)?(?P<id>[A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?"
)


class Columns(NamedTuple):
    """Where a reference lies in the rows of the index."""

    target_type: str = "i.target_type"
    target_id: str = "i.target_id"
    url: str = "i.url"


OWN = Columns()


def condition(values: Sequence[str], context: Context, columns: Columns = OWN) -> Sql:
    """What the index rows of one of the references satisfy. Raises BadSearchValue."""
    return any_of(_one(unescape(value), context, columns) for value in values)


def _one(written: str, context: Context, columns: Columns) -> Sql:
    local = LOCAL.fullmatch(_relative(written, context.bases))
    if local is None:
        return _elsewhere(written, columns)
    if local["type"]:
        return Sql(f"({columns.target_id} = %s AND {columns.target_type} = %s)", (local["id"], local["type"]))
    return Sql(f"{columns.target_id} = %s", (local["id"],))


def _relative(written: str, bases: frozenset[str]) -> str:
    if ":" in written:
        for base in bases:
            if written.startswith(base.rstrip("/") + "/"):
                return written[len(base.rstrip("/")) + 1 :]
    return written


def _elsewhere(written: str, columns: Columns) -> Sql:
    if ":" not in written:
        raise BadSearchValue("Write a reference as id, Type/id or an absolute URL.")
    # A canonical URL with a version is in the index with and without it.
    return Sql(f"{columns.url} <> '' AND {columns.url} = %s", (seal.index_value(written),))


def of_type(sought: Sought, type_: str, value: str, context: Context) -> Sql:
    """``subject:Patient=7``: a target of that type."""
    typed = [f"{type_}/{one}" if "/" not in one and ":" not in one else one for one in alternatives(value)]
    is_type = Sql("i.target_type = %s", (type_,))
    return sought.found(TABLE, is_type & condition(typed, context))


def _identifier(sought: Sought, value: str, context: Context) -> Sql:
    return token.found(
        sought, context, lambda lies: token.condition(alternatives(value), context, lies=lies), "identifier"
    )


def _plain(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(TABLE, condition(alternatives(value), context))


WAYS: Mapping[str, Way] = {"": _plain, "identifier": _identifier}
