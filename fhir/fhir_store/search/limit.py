"""A search as a limit: what somebody may see only in part is what a search finds of it."""

from collections.abc import Iterable
from dataclasses import replace

from fhir_store.search.context import Context
from fhir_store.search.criterion import criterion
from fhir_store.sql import Sql, all_of


def condition_on(type_: str, parameters: Iterable[tuple[str, str]], context: Context) -> Sql:
    """That ``c`` is of the type and satisfies every parameter, seen without the context's own limits.

    Raises BadSearchValue, and UnsupportedParameter also for those that say how to answer.
    """
    everything = replace(context, visible=None, visible_of=None)
    criteria = (criterion((type_,), name, value, everything) for name, value in parameters)
    return all_of([Sql("c.type = %s", (type_,)), *criteria])
