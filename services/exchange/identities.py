"""Ids and references of a client that has ids of its own: what it calls ``Patient/1`` is kept under an id of ours.

A client learns our ids from our answers and may use them, too. Ours are UUIDs, so an id is taken for ours if it is
a UUID and such a resource is here and shown to the client; anything else is the client's own. (``Patient/1`` of another client is here
perhaps, and is another person.)
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from fhir_store.identities import known_sources, local_id, localized_references
from fhir_store.json_text import ResourceText
from fhir_store.sql import EVERYTHING
from services.exchange.interaction import Asked

HERE = """
SELECT c.type, c.id FROM unnest(%s::text[], %s::text[]) AS wanted (type, id)
JOIN fhir_store.current_resource c USING (type, id) WHERE {seen}
"""

Name = tuple[str, str]
"""Type and id."""


def id_here(asked: Asked) -> str:
    """The id under which the resource in the address is kept."""
    return kept_id(asked, asked.id)


def kept_id(asked: Asked, id_: str) -> str:
    """The id under which is kept what the client calls ``id_``, of the type in the address."""
    source = asked.client.source
    if source is None or (asked.type, id_) in _ours(asked, [(asked.type, id_)]):
        return id_
    return local_id(source, asked.type, id_)


def localized(asked: Asked, resource: ResourceText, targets: Mapping[str, str] | None = None) -> ResourceText:
    """The resource with the client's own references turned into ours; ``targets`` says what others mean."""
    return localized_references(
        resource,
        asked.client.source,
        lambda: known_sources(asked.cursor),
        lambda names: _ours(asked, names),
        targets,
    )


def _ours(asked: Asked, names: Iterable[Name]) -> Collection[Name]:
    uuids = [name for name in names if _is_uuid(name[1])]
    if not uuids:
        return ()
    seen = asked.role_sees or EVERYTHING
    named = [type_ for type_, _ in uuids], [id_ for _, id_ in uuids]
    asked.cursor.execute(HERE.format(seen=seen.text), (*named, *seen.args))
    return set(asked.cursor.fetchall())


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
