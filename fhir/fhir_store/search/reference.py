"""Reference parameters: ``id``, ``Type/id`` or an absolute URL."""

import re
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_

from fhir_store import schema, seal
from fhir_store.errors import BadSearchValue
from fhir_store.search.values import unescape

TABLE = schema.metadata.tables["fhir_store.index_reference"]

LOCAL = re.compile(r"(?:(?P<type>[A-Z][A-Za-z]+)/)?(?P<id>[A-Za-z0-9\-.]{1,64})")


def condition(value: str, zone: ZoneInfo) -> ColumnElement[bool]:
    """What the index rows of one sought reference satisfy. Raises BadSearchValue."""
    written = unescape(value)
    local = LOCAL.fullmatch(written)
    if local is None:
        if ":" not in written:
            raise BadSearchValue("Write a reference as id, Type/id or an absolute URL.")
        return TABLE.c.url == seal.index_value(written)
    same_id = TABLE.c.target_id == local["id"]
    return and_(same_id, TABLE.c.target_type == local["type"]) if local["type"] else same_id
