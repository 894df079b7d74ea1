"""What the decision costs: the same request of a client with a role, beside that of one whose scopes alone say what it may."""

import load
from figures import SECONDS, Figure, medians
from reading import DAYS, GET, PATIENT, SEARCH
from resources import a_dose, a_patient, a_stay, text_of
from setting import ZONE, Setting
from sqlalchemy import create_engine, text

from fhir_store.bulk import portions, save_many
from fhir_store.store import Author
from fhir_store.write import Write
from services.access.clients import add_client, issue_token
from services.shared.database import Database
from services.shared.installation import store_of
from services.shared.key_places import KeyPlaces
from services.shared.record_keys import open_keyring

HELD = 400
"""Prisoners whose records are there beside the one that is read, half of them in another prison."""

ROLES = ("doctor", "nurse")
BAR = "at least 87%"
"""A request takes at most 15 % more: 1 / 1.15."""


def deciding(setting: Setting) -> list[Figure]:
    """Requests a second of 8 clients, of each role beside none."""
    database = Database(setting.urls.server)
    _fill(database, setting)
    count(setting)
    tokens = {role: token_of(database, role, "prison-0") for role in ROLES}
    database.close()
    return [
        beside_no_role(setting, f"{title} as {role}", path, token, BAR)
        for role, token in tokens.items()
        for title, path in (("GET by id", GET), (f"search, {DAYS} rows by patient and date", SEARCH))
    ]


def _fill(database: Database, setting: Setting) -> None:
    people = [PATIENT, *(f"{PATIENT}-{number}" for number in range(HELD))]
    records = [
        one
        for number, person in enumerate(people)
        for one in (
            a_patient(person),
            a_stay(f"stay-{person}", patient=person, prison=f"prison-{number % 2}"),
            *(
                a_dose(f"d{day}-{person}", patient=person, at=f"2026-01-{day + 1:02d}T06:00:00+01:00")
                for day in range(DAYS)
            ),
        )
    ]
    writes = [Write(text_of(one), id=one["id"]) for one in records]
    store = store_of(ZONE, open_keyring(KeyPlaces(setting.home), database))
    for portion in portions(writes, 500):
        database.run(
            lambda connection, portion=portion: save_many(connection, store, portion, Author("bench"))
        )


def count(setting: Setting) -> None:
    """Tell the planner how much there is."""
    engine = create_engine(setting.urls.owner)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def token_of(database: Database, role: str, facility: str) -> str:
    """A token of a system with a role at a facility."""
    with database.transaction() as connection:
        add_client(connection, f"bench-{role}", "system/*.cruds", role=role, facility=facility)
        return issue_token(connection, f"bench-{role}")


def beside_no_role(setting: Setting, title: str, path: str, token: str, bar: str) -> Figure:
    """Requests a second of 8 clients beside those of one without a role."""
    decided, without = (load.request_bytes("GET", path, token=one) for one in (token, setting.token))
    ours, floor = medians(
        lambda: load.rate(setting.port, decided, clients=8, seconds=SECONDS, expect=200),
        lambda: load.rate(setting.port, without, clients=8, seconds=SECONDS, expect=200),
    )
    return Figure(
        f"{title}, 8 clients", f"{ours:,.0f}/s", f"without a role {floor:,.0f}/s", f"{ours / floor:.0%}", bar
    )
