"""From the parameters of a request to a query whose every part is understood."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fhir_store.errors import BadSearchValue, UnsupportedParameter
from fhir_store.search import date, reference, token
from fhir_store.search_values import search_parameters

# One module per kind of parameter; the official kind is its name.
KINDS = {"token": token, "reference": reference, "date": date}

DEFAULT_COUNT = 50
MOST = 1_000


@dataclass(frozen=True)
class Criterion:
    """One parameter with its value as written; repeated parameters are joined by AND."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True)
class Query:
    """A search that can be run. ``after`` is the key of the last resource of the page before."""

    type: str
    criteria: tuple[Criterion, ...] = ()
    count: int = DEFAULT_COUNT
    after: int = 0
    used: tuple[tuple[str, str], ...] = ()
    """The parameters that took part, as written: what the self link shows."""


def parse_query(type_: str, parameters: Iterable[tuple[str, str]], *, lenient: bool = False) -> Query:
    """Read a search. Raises UnsupportedParameter (unless lenient) and BadSearchValue."""
    query = Query(type_)
    for name, value in parameters:
        try:
            query = _with(query, name, value)
        except UnsupportedParameter:
            if not lenient:
                raise
    return query


def supported(type_: str) -> dict[str, str]:
    """The names of the parameters that a type can be searched by, each with its kind."""
    official = {name: p.kind for name, p in search_parameters(type_).items() if p.kind in KINDS}
    return {"_id": "token", **official}


def _with(query: Query, name: str, value: str) -> Query:
    if name == "_count":
        return replace(query, count=_count(value), used=(*query.used, (name, value)))
    if name == "_cursor":
        return replace(query, after=_number(value))
    kind = supported(query.type).get(name)
    if kind is None:
        raise UnsupportedParameter(query.type, sorted(supported(query.type)))
    if not value:
        raise BadSearchValue("A search parameter has no value.")
    criterion = Criterion(name, kind, value)
    return replace(query, criteria=(*query.criteria, criterion), used=(*query.used, (name, value)))


def _count(value: str) -> int:
    return max(1, min(_number(value), MOST))


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise BadSearchValue("_count takes a whole number; _cursor is taken from a next link.")
    return int(value)
