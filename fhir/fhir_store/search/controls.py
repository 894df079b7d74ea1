"""Parameters that say how to answer, not what to find: paging, totals, order, what comes along, how much of each.

http://hl7.org/fhir/R4/search.html#return
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fhir_store.errors import BadSearchValue, UnsupportedModifier
from fhir_store.search.criterion import Types
from fhir_store.search.include import Include, include
from fhir_store.search.sort import Sort, sorts
from fhir_store.search.telling import Telling

DEFAULT_COUNT = 50
MOST = 1_000
"""Resources on one page: who asks for more gets pages of so many."""

TOTALS = ("none", "estimate", "accurate")
SUMMARIES = ("true", "text", "data", "count", "false")


@dataclass(slots=True)
class Controls:
    """What the controls of a search ask for."""

    types: Types
    count: int = DEFAULT_COUNT
    total: str = "none"
    summary: str = "false"
    elements: tuple[str, ...] = ()
    pretty: bool = False
    format: str | None = None
    sort: tuple[Sort, ...] = ()
    includes: list[Include] = field(default_factory=list)


def _count(controls: Controls, value: str) -> None:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadSearchValue("_count takes a whole number.")
    controls.count = min(int(value), MOST)


def _total(controls: Controls, value: str) -> None:
    controls.total = _one_of(TOTALS, value, "_total")


def _summary(controls: Controls, value: str) -> None:
    controls.summary = _one_of(SUMMARIES, value, "_summary")


def _pretty(controls: Controls, value: str) -> None:
    controls.pretty = _one_of(("true", "false"), value, "_pretty") == "true"


def _contained(controls: Controls, value: str) -> None:
    _one_of(("false",), value, "_contained")


def _one_of(allowed: tuple[str, ...], value: str, name: str) -> str:
    if value not in allowed:
        raise BadSearchValue(f"{name} is {' or '.join(allowed)}.")
    return value


def _format(controls: Controls, value: str) -> None:
    controls.format = value


def _elements(controls: Controls, value: str) -> None:
    controls.elements = tuple(value.split(","))
    if not all(controls.elements):
        raise BadSearchValue("_elements names elements, with commas between them.")


def _sort(controls: Controls, value: str) -> None:
    controls.sort = sorts(controls.types, value)


Control = Callable[[Controls, str], None]

CONTROLS: Mapping[str, Control] = {
    "_contained": _contained,
    "_count": _count,
    "_elements": _elements,
    "_format": _format,
    "_pretty": _pretty,
    "_sort": _sort,
    "_summary": _summary,
    "_total": _total,
}

INCLUDES: Mapping[str, bool] = {"_include": False, "_revinclude": True}
"""May be repeated, unlike the others. Whether the references are followed backwards."""


def add_include(controls: Controls, name: str, modifier: str, value: str, telling: Telling | None) -> None:
    """Read one ``_include`` or ``_revinclude``. Raises UnsupportedParameter."""
    if modifier not in ("", "iterate"):
        raise UnsupportedModifier(name, ["iterate"])
    follows = {} if telling is None else {"follows": telling.comes_along}
    controls.includes.append(
        include(controls.types, value, reverse=INCLUDES[name], iterate=modifier == "iterate", **follows)
    )
