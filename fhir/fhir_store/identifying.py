"""Which index values tell who somebody is, and therefore lie blind (``blind``)."""

from functools import cache

from fhir_store.search_values import search_parameters

PEOPLE = frozenset({"Patient", "RelatedPerson"})
"""Types that are about people in care and those close to them. Staff stand in public registers."""

CONTACTS = frozenset({"telecom", "email", "phone"})

IDENTIFIER = "identifier"
"""Of any type: the number of a stay or an order leads to a person as the person's own does."""

ALSO = frozenset({("AuditEvent", "entity-name")})


@cache
def is_blind(type_: str, param: str) -> bool:
    """Whether the values of a parameter of a type, ``subject:identifier`` included, lie blind in the index."""
    name, _, variant = param.partition(":")
    if variant:
        return variant == IDENTIFIER or (name == IDENTIFIER and variant == "of-type")
    if name == IDENTIFIER or (type_, name) in ALSO:
        return True
    return type_ in PEOPLE and (name in CONTACTS or _is_text(type_, name))


def _is_text(type_: str, name: str) -> bool:
    found = search_parameters(type_).get(name)
    return found is not None and found.kind == "string"
