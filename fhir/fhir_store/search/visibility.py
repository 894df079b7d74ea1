"""Which resources may take part in a search at all: current ones that the asker may see."""

from functools import cache

from fhir_store.search.context import Context
from fhir_store.sql import Sql


def current(types: tuple[str, ...], context: Context) -> Sql:
    """That ``c`` is of one of the types, is not deleted, and is visible."""
    text = _of_types(types)
    if context.visible is None:
        return Sql(text)
    visible = (context.visible_of(types) if context.visible_of else None) or context.visible
    return Sql(f"{text} AND ({visible.text})", visible.args)


@cache
def _of_types(types: tuple[str, ...]) -> str:
    # Names of FHIR, written out so that the planner knows how common each is.
    names = ", ".join(f"'{type_}'" for type_ in types)
    return (
        f"c.type = {names} AND NOT c.deleted" if len(types) == 1 else f"c.type IN ({names}) AND NOT c.deleted"
    )
