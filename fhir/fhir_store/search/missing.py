"""``:missing``: whether a resource has any value at all for a parameter. http://hl7.org/fhir/R4/search.html#modifiers"""

from fhir_store.errors import BadSearchValue
from fhir_store.search import string, token
from fhir_store.search.context import Context
from fhir_store.search.kinds import KINDS
from fhir_store.search.parameters import Sought
from fhir_store.sql import EVERYTHING, Sql, any_of

# A code may be said in words only, a reference by an identifier only.
ELSEWHERE = {"token": [(string.TABLE, "text")], "reference": [(token.TABLE, "identifier")]}


def missing(sought: Sought, value: str, context: Context) -> Sql:
    """That the resource ``c`` has no value, or for false that it has one. Raises BadSearchValue."""
    places = [(KINDS[sought.kind].TABLE, ""), *ELSEWHERE.get(sought.kind, [])]
    if sought.is_blind and sought.kind == "string":
        places.append((string.BLIND, ""))
    has_value = any_of(sought.holds(table, EVERYTHING, variant) for table, variant in places)
    match value:
        case "true":
            return ~has_value
        case "false":
            return has_value
    raise BadSearchValue("Write true or false after :missing.")
