"""What a running program works on: the database, the record store's settings, whether it is a demo."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from clinical.consent.hand_over_answers import hand_over_projection
from clinical.custody.absence import absence_projection
from clinical.custody.call import call_projection
from clinical.custody.call_room import room_projection
from clinical.custody.care_task import care_task_projection
from clinical.custody.dosing_site import hand_over_projection as dosing_projection
from clinical.custody.duty_list import duty_projection
from clinical.custody.fitness_for_transfer import fitness_projection
from clinical.custody.oat_programme import programme_projection
from clinical.custody.places import place_projection
from clinical.custody.proposal import proposal_projection
from clinical.custody.record_seal import seal_projection
from clinical.custody.stay import stay_projection
from clinical.custody.treatment_relationship import relationship_projection
from clinical.labels import AMONG_THEM, KEPT_AMONG, PASSING_ON, number_of
from clinical.oat.round.cautions import caution_projection
from clinical.oat.round.claims import claim_projection
from clinical.oat.round.events import event_projection
from clinical.oat.round.holds import hold_projection
from clinical.oat.round.orders import order_projection
from clinical.oat.round.releases import release_projection
from clinical.oat.round.supplies import take_home_projection
from clinical.oat.round.tasks import task_projection
from clinical.people.same_person import same_person_projection
from clinical.protocols import Protocol, law_of
from fhir_store.keyring import Keyring
from fhir_store.rebuild import rebuild_if_outdated
from fhir_store.seal_old import seal_batch
from fhir_store.store import Store
from fhir_store.walls import SEES_RECORD
from services.settings import Settings
from services.shared.database import Database
from services.shared.embedded_postgres import EmbeddedPostgres
from services.shared.key_places import KeyPlaces
from services.shared.migrations import migrate
from services.shared.record_keys import open_keyring

DEMONSTRATION = "demonstration"
DATABASE_NAME = "throughcare"

IS_DEMO = text("SELECT demo FROM fhir_store.installation")
MARK_DEMO = text("UPDATE fhir_store.installation SET demo = true")
SCHEMAS = text("DROP SCHEMA IF EXISTS fhir_store, clinical, access CASCADE")
MIGRATED = text("SELECT to_regclass('fhir_store.installation') IS NOT NULL")
REVISIONS = text("DROP TABLE IF EXISTS public.alembic_version")
IS_OWNER = text("SELECT has_column_privilege('fhir_store.resource_version', 'body', 'UPDATE')")
HOLDS_RESOURCES = text("SELECT EXISTS (SELECT FROM fhir_store.current_resource)")


class LiveRecords(Exception):
    """The database holds records that are not a demo's; it is not made into one."""


class NotOwner(Exception):
    """The role does not own the tables."""


@dataclass(frozen=True)
class Urls:
    """The database as its owner (who migrates) and as the server (who owns nothing)."""

    owner: str
    server: str


@contextmanager
def database_urls(settings: Settings) -> Iterator[Urls]:
    """Where the database is: as the settings say, else a private PostgreSQL that stops with this program."""
    if settings.database_url:
        url = settings.database_url.get_secret_value()
        owner = settings.database_owner_url
        yield Urls(owner.get_secret_value() if owner else url, url)
        return
    with EmbeddedPostgres(Path(settings.home)).running() as server:
        server.ensure_database(DATABASE_NAME)
        yield Urls(server.owner_url(DATABASE_NAME), server.server_url(DATABASE_NAME))


Progress = Callable[[int, int], None]


def bring_up_to_date(
    urls: Urls, keys: KeyPlaces, zone: str, progress: Progress = lambda done, total: None
) -> None:
    """Make the tables those of this version and seal what lies open, by their owner; the search index as the server.

    Raises KeyLost, TokenUnusable.
    """
    migrate(urls.owner)
    seal_what_lies_open(urls, keys, progress)
    database = Database(urls.server)
    try:
        store = store_of(zone, open_keyring(keys, database))
        database.run(lambda connection: rebuild_if_outdated(connection, store, progress))
    finally:
        database.close()


def seal_what_lies_open(urls: Urls, keys: KeyPlaces, progress: Progress) -> None:
    """Seal what a program before sealing wrote, each batch by a transaction of its own."""
    owner = Database(urls.owner)
    try:
        keyring = open_keyring(keys, owner)
        while done := owner.run(lambda connection: seal_batch(connection, keyring)):
            progress(*done)
    finally:
        owner.close()


@contextmanager
def open_as_owner(settings: Settings) -> Iterator[Database]:
    """The database as the role that owns the tables: for what the server may not do. Raises NotOwner, NotReady."""
    with database_urls(settings) as urls:
        if not settings.database_url:
            bring_up_to_date(urls, settings.key_places, settings.facility_zone)
        database = Database(urls.owner)
        try:
            database.ready()
            with database.transaction() as connection:
                if not connection.execute(IS_OWNER).scalar_one():
                    raise NotOwner
            yield database
        finally:
            database.close()


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database as the server uses it. An embedded one is brought up to date first: it has no other keeper."""
    with database_urls(settings) as urls:
        if not settings.database_url:
            bring_up_to_date(urls, settings.key_places, settings.facility_zone)
        database = Database(urls.server)
        try:
            yield database
        finally:
            database.close()


def store_of(zone: str, keyring: Keyring) -> Store:
    """The record store's settings: every projection of ``clinical`` is registered here, and what is sensitive."""
    facility_zone = ZoneInfo(zone)
    return Store(
        zone=facility_zone,
        keyring=keyring,
        projections=(
            stay_projection(facility_zone),
            relationship_projection(facility_zone),
            care_task_projection(facility_zone),
            hand_over_projection(facility_zone),
            call_projection(facility_zone),
            room_projection(),
            fitness_projection(facility_zone),
            order_projection(facility_zone),
            event_projection(facility_zone),
            hold_projection(facility_zone),
            caution_projection(facility_zone),
            claim_projection(facility_zone),
            take_home_projection(facility_zone),
            release_projection(facility_zone),
            task_projection(facility_zone),
            absence_projection(facility_zone),
            place_projection(),
            duty_projection(facility_zone),
            dosing_projection(facility_zone),
            programme_projection(facility_zone),
            seal_projection(),
            proposal_projection(facility_zone),
            same_person_projection(),
        ),
        labels=number_of,
        passing_on=PASSING_ON,
        kept_among=KEPT_AMONG,
        among_them=AMONG_THEM,
    )


def is_demo(connection: Connection) -> bool:
    """Whether every person in this database is invented."""
    return bool(connection.execute(IS_DEMO).scalar_one())


def installed_law(settings: Settings, *, demo: bool) -> Protocol:
    """The law of the country; a demo is in one that does not exist."""
    return law_of(settings.country or (DEMONSTRATION if demo else ""))


def make_demo(owner: Connection) -> None:
    """Mark an empty database as a demo, by its owner. Raises LiveRecords if it holds records already."""
    if is_demo(owner):
        return
    owner.execute(text(SEES_RECORD))
    if owner.execute(HOLDS_RESOURCES).scalar_one():
        raise LiveRecords
    owner.execute(MARK_DEMO)


def wipe_demo(owner: Connection) -> None:
    """Throw every table of a demo away, by its owner. Raises LiveRecords if it is not a demo."""
    if not owner.execute(MIGRATED).scalar_one():
        return
    if not is_demo(owner):
        raise LiveRecords
    owner.execute(SCHEMAS)
    owner.execute(REVISIONS)
