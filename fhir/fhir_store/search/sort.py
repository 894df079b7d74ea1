"""``_sort``: by any indexed parameter whose values do not lie blind, ``-`` for descending. http://hl7.org/fhir/R4/search.html#sort

Of several values of one parameter the first in the order counts. Resources without a value come last either way.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fhir_store.errors import BadSearchValue, UnsupportedOrder, UnsupportedParameter
from fhir_store.search.criterion import Types, label
from fhir_store.search.kinds import KINDS
from fhir_store.search.parameters import parameters


@dataclass(frozen=True, slots=True)
class Sort:
    """One parameter to sort by. ``columns`` are those of the index ``table``, or of the resource ``c`` itself."""

    name: str
    descending: bool
    table: str | None
    param: str
    columns: Mapping[str, str]

    @property
    def direction(self) -> str:
        return "DESC" if self.descending else "ASC"

    @property
    def behind(self) -> str:
        """The operator between a value and the one that it comes behind."""
        return "<" if self.descending else ">"


NO_ORDER = {"composite", "special"}

OWN = {"_id": {"id": "text"}, "_lastUpdated": {"last_updated": "timestamptz"}}
"""Columns of the resource itself."""


def sorts(types: Types, value: str) -> tuple[Sort, ...]:
    """What ``_sort`` asks for. Raises UnsupportedParameter and BadSearchValue."""
    found = tuple(_sort(types, one) for one in value.split(","))
    if len({sort.name for sort in found}) < len(found):
        raise BadSearchValue("Sort by each parameter once.")
    return found


def sortable(types: Types) -> list[str]:
    """The parameters that resources of the types can be sorted by."""
    return sorted(
        [
            *OWN,
            *(
                name
                for name, one in parameters(types).items()
                if one.kind not in NO_ORDER and not one.is_blind
            ),
        ]
    )


def _sort(types: Types, written: str) -> Sort:
    name = written.removeprefix("-")
    descending = name != written
    if name in OWN:
        return Sort(name, descending, None, "", OWN[name])
    if (one := parameters(types).get(name)) and one.is_blind:
        raise UnsupportedOrder(label(types), sortable(types))
    if name not in sortable(types):
        raise UnsupportedParameter(label(types), sortable(types))
    sought = parameters(types)[name]
    kind = KINDS[sought.kind]
    return Sort(name, descending, kind.TABLE, sought.param(column="{row}.param"), kind.ORDER)
