"""What searches of a type can use, from the same tables that read a query: for the CapabilityStatement."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fhir_store.search import resource
from fhir_store.search.criterion import ways
from fhir_store.search.include import includes, revincludes
from fhir_store.search.links import targets_of
from fhir_store.search.parameters import parameters
from fhir_store.search.sort import sortable
from fhir_store.search_values import search_parameters


@dataclass(frozen=True, slots=True)
class SupportedParameter:
    """A parameter with its official definition; ``targets`` are the types that it refers to."""

    name: str
    kind: str
    url: str | None
    modifiers: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supported:
    """All that searches of one type can use, each list in the order of names."""

    parameters: tuple[SupportedParameter, ...]
    includes: tuple[str, ...]
    revincludes: tuple[str, ...]
    sortable: tuple[str, ...]


@cache
def supported(type_: str) -> Supported:
    """What searches of a served type can use."""
    found = sorted([*_of_the_resource(), *_indexed(type_)], key=lambda one: one.name)
    types = (type_,)
    return Supported(tuple(found), tuple(includes(types)), tuple(revincludes(types)), tuple(sortable(types)))


URLS = {name: f"http://hl7.org/fhir/SearchParameter/Resource-{name[1:]}" for name in ("_id", "_lastUpdated")}


def _of_the_resource() -> Iterator[SupportedParameter]:
    for name, (kind, own_ways) in resource.WAYS.items():
        yield SupportedParameter(name, kind, URLS.get(name), tuple(sorted(filter(None, own_ways))), ())


def _indexed(type_: str) -> Iterator[SupportedParameter]:
    for name, sought in parameters((type_,)).items():
        modifiers = tuple(sorted(filter(None, ways(sought))))
        url = search_parameters(type_)[name].url
        yield SupportedParameter(name, sought.kind, url, modifiers, tuple(targets_of(sought)))
