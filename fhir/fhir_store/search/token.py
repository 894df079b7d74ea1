"""Token parameters: ``code``, ``system|code``, ``|code`` (no system), ``system|`` (any code of it)."""

from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_

from fhir_store import schema, seal
from fhir_store.errors import BadSearchValue
from fhir_store.search.values import parts

TABLE = schema.metadata.tables["fhir_store.index_token"]


def condition(value: str, zone: ZoneInfo) -> ColumnElement[bool]:
    """What the index rows of one sought token satisfy. Raises BadSearchValue."""
    match parts(value):
        case [code] if code:
            return TABLE.c.code == seal.index_value(code)
        case ["", code] if code:
            return and_(TABLE.c.code == seal.index_value(code), TABLE.c.system == "")
        case [system, ""] if system:
            return TABLE.c.system == seal.index_value(system)
        case [system, code] if system:
            return and_(TABLE.c.code == seal.index_value(code), TABLE.c.system == seal.index_value(system))
    raise BadSearchValue("Write a token as code, system|code, |code or system|.")
