"""Ids and references of resources that another system gave its own ids: what is ``Patient/1`` there is one id here.

Our id follows from (source, type, id) alone, so references find their target whatever came first, in every
process, also where the target comes years later.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

import psycopg

from fhir_store.definitions import resource_types
from fhir_store.json_text import ResourceText, literals, with_id, with_references

NAMESPACE = UUID("6f1d64f8-3d4e-5f0a-9f6c-0b6a3c1f7d25")
"""Drawn once for this purpose. It never changes: every id that came from another system hangs on it."""

# An Attachment names a Binary by ``url``.
LINK = ("url",)

_LOCAL = re.compile(
    r"(?P<base>https?://.+/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(?P<version>/_history/[^/]+)?"
)

REMEMBER = "INSERT INTO fhir_store.source (uri) VALUES (%s) ON CONFLICT DO NOTHING"
KNOWN = "SELECT uri FROM fhir_store.source"

Name = tuple[str, str]
"""Type and id."""


def local_id(source: str, type_: str, id_: str) -> str:
    """The id here of what another system calls ``type_/id_``."""
    return str(uuid5(NAMESPACE, f"{canonical(source)}\n{type_}/{id_}"))


def canonical(source: str) -> str:
    """A source's URI in the one form in which it is kept and compared."""
    return source.rstrip("/")


def remember_source(cursor: psycopg.Cursor[Any], source: str) -> None:
    """From now on references that begin with this source's address are to its resources."""
    cursor.execute(REMEMBER, (canonical(source),))


def known_sources(cursor: psycopg.Cursor[Any]) -> dict[str, str]:
    """The sources by the addresses under which they serve their resources, without a slash at the end."""
    return {uri: uri for (uri,) in cursor.execute(KNOWN).fetchall()}


def localized(resource: ResourceText, source: str, known: Mapping[str, str]) -> ResourceText:
    """A source's resource with our id, and with references to our ids. It has a resourceType and an id."""
    own = local_id(source, resource.value["resourceType"], resource.value["id"])
    return with_id(localized_references(resource, source, lambda: known), own)


def localized_references(
    resource: ResourceText,
    source: str | None,
    known: Callable[[], Mapping[str, str]],
    ours: Callable[[Iterable[Name]], Collection[Name]] = lambda _: (),
    targets: Mapping[str, str] | None = None,
) -> ResourceText:
    """The resource with its references to another system's resources turned into references to ours.

    Relative ones are to ``source``; None leaves them as they are. Absolute ones are turned if they begin with the
    address of a source that is ``known``. ``ours`` says which of some names are our own already and stay.
    ``targets`` says what other references mean. A Bundle is a packet of its own and is left alone, and so are
    contained, ``urn:`` and conditional references.
    """
    if resource.value["resourceType"] == "Bundle":
        return resource
    targets = targets or {}
    links = {one for one in literals(resource, LINK) if _is_binary(one, targets)}
    found = {one: name for one in literals(resource) | links if (name := _named(one))}
    relative = [(name["type"], name["id"]) for name in found.values() if not name["base"]]
    kept = ours(relative) if source and relative else ()
    sources = known() if any(name["base"] for name in found.values()) else {}
    turned = {one: _target(name, source, sources, kept) for one, name in found.items()}
    mapping = {**{one: target for one, target in turned.items() if target}, **targets}
    if links:
        resource = with_references(resource, {one: mapping[one] for one in links & mapping.keys()}, LINK)
    return with_references(resource, mapping) if mapping else resource


def _is_binary(link: str, targets: Mapping[str, str]) -> bool:
    # Other addresses are names of what they stand for (of extensions, of questionnaires), not links.
    name = _named(targets.get(link, link))
    return name is not None and name["type"] == "Binary"


def _named(reference: str) -> re.Match[str] | None:
    found = _LOCAL.fullmatch(reference)
    return found if found and found["type"] in resource_types() else None


def _target(
    found: re.Match[str], source: str | None, known: Mapping[str, str], kept: Collection[Name]
) -> str | None:
    base, type_, id_ = found["base"], found["type"], found["id"]
    of = known.get(base.rstrip("/")) if base else source
    if of is None or (not base and (type_, id_) in kept):
        return None
    return f"{type_}/{local_id(of, type_, id_)}{found['version'] or ''}"
