"""Names for what the log knows by id: people at the screens, and facilities. No patient has one here."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from fhir_store.errors import StoreError
from fhir_store.keyring import Keyring
from fhir_store.read import read
from services.shared.languages import N_
from services.shared.languages import gettext as _

ACCOUNTS = "SELECT id::text, display_name FROM access.account WHERE id::text = ANY(%s)"
DEVICES = "SELECT id::text, name FROM access.device WHERE id::text = ANY(%s)"
# Small tables all: what works at a facility, and not what was logged of it.
FACILITIES = """
SELECT DISTINCT substring(facility FROM '[^/]*$') FROM (
    SELECT facility FROM access.role_grant UNION SELECT facility FROM access.device
    UNION SELECT facility FROM access.client
) named WHERE facility IS NOT NULL
"""
PLACES = ("Organization", "Location")

OTHERS: Mapping[str, str] = {
    "client": N_("The system %(name)s"),
    "operator": N_("The operator %(name)s at the command line"),
    "program": N_("The program"),
    "nobody": N_("Somebody who is not known"),
    "session": N_("A session"),
}


@dataclass(frozen=True)
class Names:
    """Names by what the log says."""

    accounts: Mapping[str, str]
    devices: Mapping[str, str]
    facilities: Mapping[str, str]

    def of(self, actor: str) -> str:
        """Somebody who did something, or to whom or what it was done."""
        kind, _slash, name = actor.partition("/")
        if kind == "account":
            return self.accounts.get(name) or _("An account that is not kept any more")
        if kind == "device":
            return _("The tablet %(name)s") % {"name": self.devices.get(name) or name}
        return _(OTHERS.get(kind, N_("%(name)s"))) % {"name": name}

    def facility(self, id_: str | None) -> str:
        """A facility by its id; empty if none is said."""
        return self.facilities.get(id_, id_) if id_ else ""


def names_for(
    cursor: psycopg.Cursor[Any], keyring: Keyring, actors: Iterable[str], facilities: Iterable[str | None]
) -> Names:
    """The names of those who are on a page."""
    ids = _ids(actors)
    return Names(
        _named(cursor, ACCOUNTS, ids.get("account", [])),
        _named(cursor, DEVICES, ids.get("device", [])),
        {one: facility_name(cursor, keyring, one) for one in sorted({one for one in facilities if one})},
    )


def facilities_named(
    cursor: psycopg.Cursor[Any], keyring: Keyring, among: frozenset[str] | None
) -> list[tuple[str, str]]:
    """Every facility at which somebody or something works here, by id and name; of those, if they are named."""
    cursor.execute(FACILITIES)
    found = [one for (one,) in cursor.fetchall() if among is None or one in among]
    return sorted(((one, facility_name(cursor, keyring, one)) for one in found), key=lambda both: both[1])


def facility_name(cursor: psycopg.Cursor[Any], keyring: Keyring, id_: str) -> str:
    """As the record calls it; else its id."""
    for type_ in PLACES:
        try:
            name = json.loads(read(cursor, keyring, type_, id_).text).get("name")
        except StoreError:
            continue
        if isinstance(name, str):
            return name
    return id_


def _ids(actors: Iterable[str]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for actor in sorted(set(actors)):
        kind, _slash, name = actor.partition("/")
        ids.setdefault(kind, []).append(name)
    return ids


def _named(cursor: psycopg.Cursor[Any], statement: str, ids: list[str]) -> dict[str, str]:
    if not ids:
        return {}
    cursor.execute(statement, (ids,))
    return dict(cursor.fetchall())
