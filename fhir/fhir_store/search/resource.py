"""Parameters that are about a resource as the store keeps it: ``_id``, ``_lastUpdated`` and ``_list``."""

import re
from collections.abc import Callable, Mapping

from fhir_store.definitions import served_types
from fhir_store.errors import BadSearchValue
from fhir_store.search import date
from fhir_store.search.context import Context
from fhir_store.search.parameters import parameters
from fhir_store.search.visibility import current
from fhir_store.search.written import alternatives, unescape
from fhir_store.sql import Sql

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
LAST_UPDATED = date.Columns("c.last_updated", "c.last_updated")


def _id(value: str, context: Context) -> Sql:
    return Sql("c.id = ANY(%s)", ([unescape(one) for one in alternatives(value)],))


def _not_id(value: str, context: Context) -> Sql:
    return ~_id(value, context)


def _last_updated(value: str, context: Context) -> Sql:
    return date.compared(alternatives(value), context, LAST_UPDATED, date.MOMENTS)


def _list(value: str, context: Context) -> Sql:
    """The entries of one List, which must itself be visible."""
    if not ID.fullmatch(value):
        raise BadSearchValue("Write the id of one List.")
    item = parameters(("List",))["item"].param(column="r.param")
    this = Sql("c.id = %s", (value,)) & current(("List",), context)
    return Sql(
        "(c.type, c.id) IN (SELECT r.target_type, r.target_id FROM fhir_store.index_reference r "
        f"JOIN fhir_store.current_resource c ON c.key = r.key WHERE {item} AND {this.text})",
        this.args,
    )


Way = Callable[[str, Context], Sql]

WAYS: Mapping[str, tuple[str, Mapping[str, Way]]] = {
    "_id": ("token", {"": _id, "not": _not_id}),
    "_lastUpdated": ("date", {"": _last_updated}),
    **({"_list": ("special", {"": _list})} if "List" in served_types() else {}),
}
"""The kind of each, and how it is searched by with each modifier."""
