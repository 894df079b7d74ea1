"""What the entries of a Bundle are called here, so that references among them find each other."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from fhir_store.identities import local_id
from fhir_store.open_references import Identifier, answers
from fhir_store.write import raw_cursor
from services.exchange.load.batches import Batch
from services.exchange.load.found import Found, found_in
from services.exchange.load.loading import Loading

Matches = Mapping[Identifier, list[str]]
"""Which resources, as ``Type/id``, carry an identifier that a condition names; none is not there."""


@dataclass(frozen=True)
class Packet:
    """``targets`` says what each fullUrl is here; ``matches`` are the answers to conditions on which that rests.

    Of entries with the same condition the one at the place in ``first`` is meant, if nothing is here.
    """

    targets: Mapping[str, str] = field(default_factory=dict)
    matches: Matches = field(default_factory=dict)
    first: Mapping[Identifier, int] = field(default_factory=dict)


NO_PACKET = Packet()


@dataclass(frozen=True, slots=True)
class _Name:
    place: int
    full_url: str | None
    own: str
    condition: Identifier | None


def packet_of(loading: Loading, batch: Batch) -> Packet:
    """Lines of NDJSON are no packet. The entries of a Bundle are read here once more than to be saved."""
    if not isinstance(batch.document, bytes):
        return NO_PACKET
    names = [
        _Name(one.place, one.full_url, f"{one.type}/{id_here(loading, one)}", one.condition)
        for one in found_in(batch)
        if isinstance(one, Found)
    ]
    first: dict[Identifier, _Name] = {}
    for name in names:
        if name.condition:
            first.setdefault(name.condition, name)
    matches = matches_of(loading, first.keys())
    meant = {one: (matches.get(one) or [name.own])[0] for one, name in first.items()}
    targets = {
        name.full_url: meant[name.condition] if name.condition else name.own
        for name in names
        if name.full_url
    }
    return Packet(targets, matches, {one: name.place for one, name in first.items()})


def id_here(loading: Loading, found: Found) -> str | None:
    """The id under which a resource is kept here, unless a condition says another one."""
    if found.id is None or loading.source is None:
        return found.id
    return local_id(loading.source, str(found.type), found.id)


def matches_of(loading: Loading, conditions: Collection[Identifier]) -> Matches:
    """The answers to conditions as they are now."""
    if not conditions:
        return {}
    with loading.database.transaction() as connection:
        return answers(raw_cursor(connection), loading.store.keyring, list(conditions))
