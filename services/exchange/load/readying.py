"""From a resource as found to what is to be saved: checked by the gate, with our id, references to our ids."""

import re
from dataclasses import dataclass
from datetime import datetime

from fhir_store.dates import date_bounds
from fhir_store.errors import Issue, Refused
from fhir_store.gate import check
from fhir_store.identities import localized_references
from fhir_store.json_text import ResourceText, literals
from fhir_store.open_references import Identifier, conditional_references
from fhir_store.write import ID, Write
from services.exchange.load.found import Found
from services.exchange.load.loading import Loading
from services.exchange.load.packet import Packet, id_here

TYPE_NAME = re.compile(r"[A-Za-z]{1,64}")

NEEDS_ID = Issue("required", "id", "A resource in a file needs an id, so that loading again is safe.")
NO_SUCH_ENTRY = Issue("not-found", "", "A urn: reference names no entry of this transaction.")
SEVERAL = Issue("multiple-matches", "", "Several resources carry the identifier that the condition names.")


@dataclass(frozen=True)
class PlacedWrite(Write):
    """A write with its place in the file, and the condition on which it is done."""

    place: int = 0
    condition: Identifier | None = None
    has_open_references: bool = False


def type_name(found: Found) -> str:
    """The type that a resource says, if that can be one; it is shown to people."""
    return (
        found.type if isinstance(found.type, str) and TYPE_NAME.fullmatch(found.type) else "(no resourceType)"
    )


def readied(loading: Loading, found: Found, packet: Packet) -> PlacedWrite | None:
    """What is to be saved; None if a condition says that it is here already. Raises Refused."""
    id_ = found.id
    if id_ is None or not ID.fullmatch(id_):
        check(found.resource.value)
        raise Refused((NEEDS_ID,))
    match = _match(found, packet)
    if (match and not found.is_update) or _is_repeated(found, packet):
        check(found.resource.value)
        return None
    body = _body(loading, found, packet)
    check(body.value)
    return PlacedWrite(
        body,
        id=match.partition("/")[2] if match else id_here(loading, found),
        skip_unchanged=True,
        recorded_at=_recorded_at(loading, found),
        place=found.place,
        condition=found.condition,
        has_open_references=bool(conditional_references(body)),
    )


def _recorded_at(loading: Loading, found: Found) -> datetime | None:
    """When a record that comes with its history was written. The gate has seen that it is an instant."""
    meta = found.resource.value.get("meta", {})
    if loading.author.keeps_times and "lastUpdated" in meta:
        return date_bounds(meta["lastUpdated"], loading.store.zone)[0]
    return None


def _match(found: Found, packet: Packet) -> str | None:
    matches = packet.matches.get(found.condition, []) if found.condition else []
    if len(matches) > 1:
        raise Refused((SEVERAL,))
    return matches[0] if matches else None


def _is_repeated(found: Found, packet: Packet) -> bool:
    return found.condition is not None and packet.first[found.condition] != found.place


def _body(loading: Loading, found: Found, packet: Packet) -> ResourceText:
    body = found.resource
    if loading.source or loading.known or packet.targets:
        body = localized_references(
            body, loading.source, lambda: loading.known, targets=packet.targets or None
        )
    if found.is_closed and any(one.startswith("urn:") for one in literals(body)):
        raise Refused((NO_SUCH_ENTRY,))
    return body
