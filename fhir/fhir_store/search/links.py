"""The two ways by which a reference finds its target: by type and id, or a canonical reference by the target's URL.

A canonical reference with a version finds the target in any version: the store holds one.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from fhir_store.definitions import resource_types, served_types
from fhir_store.search.parameters import Sought, numbers, parameters
from fhir_store.sql import Sql

CANONICAL = "canonical"


def by_url(sought: Sought) -> bool:
    """Whether the references of a parameter are canonical."""
    return CANONICAL in sought.leaves


def targets_of(sought: Sought) -> Sequence[str]:
    """The types of resources that a parameter refers to."""
    if sought.kind != "reference":
        return ()
    targets = sought.targets or sorted(resource_types())
    return [target for target in targets if target in with_url()] if by_url(sought) else targets


@cache
def with_url() -> Sequence[str]:
    """The served types of which a resource can be found by its URL."""
    return tuple(type_ for type_ in served_types() if "url" in parameters((type_,)))


def url_numbers(types: Iterable[str]) -> tuple[int, ...]:
    """The numbers of the parameter ``url`` of the types."""
    return numbers(tuple(type_ for type_ in types if type_ in with_url()), "url")


def refers_to(sought: Sought, target: str, end: Sql) -> Sql:
    """The keys of what refers to a ``c`` of a type that satisfies ``end``."""
    return Sql(
        f"SELECT r.key FROM fhir_store.index_reference r {_to_target(sought, target)} "
        f"WHERE {sought.param(column='r.param')} AND {end.text}",
        end.args,
    )


def _to_target(sought: Sought, target: str) -> str:
    if by_url(sought):
        url = parameters((target,))["url"].param(column="u.param")
        return (
            f"JOIN fhir_store.index_string u ON u.value = r.url AND {url} "
            "JOIN fhir_store.current_resource c ON c.key = u.key"
        )
    return "JOIN fhir_store.current_resource c ON c.type = r.target_type AND c.id = r.target_id"


def is_referred_to(sought: Sought, types: Sequence[str], end: Sql) -> Sql:
    """That ``c``, of one of the types, is what a resource that satisfies ``end`` as ``c`` refers to."""
    source = f"JOIN fhir_store.current_resource c ON c.key = r.key WHERE {sought.param(column='r.param')} AND {end.text}"
    if by_url(sought):
        urls = ", ".join(map(str, url_numbers(types)))
        return Sql(
            "c.key IN (SELECT u.key FROM fhir_store.index_reference r JOIN fhir_store.index_string u "
            f"ON u.value = r.url AND u.param IN ({urls}) {source})",
            end.args,
        )
    return Sql(
        f"(c.type, c.id) IN (SELECT r.target_type, r.target_id FROM fhir_store.index_reference r {source})",
        end.args,
    )
