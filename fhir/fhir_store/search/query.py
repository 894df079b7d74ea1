"""From the parameters of a request to a query whose every part is understood."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fhir_store.definitions import served_types
from fhir_store.errors import BadSearchValue, UnsupportedParameter
from fhir_store.search.context import Context
from fhir_store.search.controls import CONTROLS, INCLUDES, Controls, add_include
from fhir_store.search.criterion import Types, criterion
from fhir_store.search.include import Include
from fhir_store.search.position import Position
from fhir_store.search.sort import Sort
from fhir_store.search.visibility import current
from fhir_store.sql import EVERYTHING, Sql, joined

Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Query:
    """A search that can be run; ``after`` is where the page before ended (``dataclasses.replace`` it for the next).

    ``where`` is what a match ``c`` of current_resource satisfies. ``summary``, ``elements``, ``pretty`` and
    ``format`` are for whoever writes the answer.
    """

    types: Types
    where: Sql
    context: Context
    count: int
    sort: tuple[Sort, ...]
    includes: tuple[Include, ...]
    total: str
    summary: str
    elements: tuple[str, ...]
    pretty: bool
    format: str | None
    used: tuple[tuple[str, str], ...]
    """The parameters that took part, as written: what the self link shows."""
    after: Position | None = None

    @property
    def counts_only(self) -> bool:
        """Whether only the number of matches is asked for."""
        return self.count == 0 or self.summary == "count"


def parse_query(
    type_: str | None,
    parameters: Iterable[tuple[str, str]],
    *,
    context: Context,
    lenient: bool = False,
    patient: str | None = None,
) -> Query:
    """Read a search of one type, or with None of the types that ``_type`` names, else of all.

    ``patient`` is the id of a Patient whose compartment is searched. Raises BadSearchValue, and UnsupportedParameter
    unless lenient: then what is not supported takes no part and is not among ``used``.
    """
    given = list(parameters)
    types = (type_,) if type_ else _types(given)
    controls, criteria = Controls(types), [current(types, context)]
    used: list[tuple[str, str]] = []
    if patient is not None:
        criteria.append(_in_compartment(types, patient))
    for name, value in given:
        try:
            criteria += _read(name, value, controls, used, context, type_)
        except UnsupportedParameter:
            if not lenient:
                raise
        else:
            used.append((name, value))
    return Query(
        types,
        joined("AND", criteria, EVERYTHING),
        context,
        controls.count,
        controls.sort,
        tuple(controls.includes),
        controls.total,
        controls.summary,
        controls.elements,
        controls.pretty,
        controls.format,
        tuple(used),
    )


def _read(
    name: str,
    value: str,
    controls: Controls,
    used: list[tuple[str, str]],
    context: Context,
    type_: str | None,
) -> Iterable[Sql]:
    """What one parameter asks of a match, if it does; else it goes into ``controls``."""
    if name in CONTROLS:
        _refuse_repeated(name, used)
        CONTROLS[name](controls, value)
        _refuse_order(controls, context)
        return ()
    if name == "_type" and type_ is None:
        return ()
    included, _, modifier = name.partition(":")
    if included in INCLUDES:
        add_include(controls, included, modifier, value, context.telling)
        return ()
    return (criterion(controls.types, name, value, context),)


def _refuse_order(controls: Controls, context: Context) -> None:
    if context.telling is not None:
        for one in controls.sort:
            context.telling.order(controls.types, one.name)


def _refuse_repeated(name: str, used: list[tuple[str, str]]) -> None:
    if any(name == other for other, _ in used):
        raise BadSearchValue("A parameter that says how to answer is there twice. Send it once.")


def _types(given: Parameters) -> Types:
    """The types of a search of the whole system, each once."""
    values = [value for name, value in given if name == "_type"]
    if not values:
        return served_types()
    if len(values) > 1:
        raise BadSearchValue("Name all types in one _type, with commas between them.")
    types = tuple(sorted(set(values[0].split(","))))
    if not set(types) <= set(served_types()):
        raise BadSearchValue("_type names resource types that are served, with commas between them.")
    return types


def _in_compartment(types: Types, patient: str) -> Sql:
    return Sql(
        "c.key IN (SELECT m.key FROM fhir_store.compartment m WHERE m.patient = %s AND m.type = ANY(%s))",
        (patient, list(types)),
    )
