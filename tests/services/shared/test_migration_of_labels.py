"""A database of the version before labels, with records in it, is brought up to date with labels and facilities."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from resources import a_dose, a_patient, a_stay, an_observation
from sqlalchemy import create_engine, text

from fhir_store.rebuild import is_current
from services.shared.database import Database
from services.shared.embedded_postgres import EmbeddedPostgres
from services.shared.installation import Urls, bring_up_to_date
from services.shared.key_places import KeyPlaces
from services.shared.migrations import configuration, heads

BEFORE = ("fhir_store_0003", "clinical_0001", "access_0003")
NAME = "before_labels"

VERSION = """
INSERT INTO fhir_store.resource_version (seq, key, type, id, version, interaction, last_updated, author, seal_key, body)
VALUES (%s, %s, %s, %s, %s, %s, '2026-01-01Z', 'a', 0, %s)
"""
CURRENT = """
INSERT INTO fhir_store.current_resource (key, type, id, version, seq, last_updated, deleted, owner, fingerprint)
SELECT DISTINCT ON (key) key, type, id, version, seq, last_updated, body IS NULL, 'a', ''
FROM fhir_store.resource_version ORDER BY key, version DESC
"""
INDEX = "INSERT INTO fhir_store.index_token (key, param, facility, labels, system, code) VALUES (1, 1, 'x', '{R}', '', '')"

VERSIONS = [
    (1, a_patient("p1", managingOrganization={"reference": "Organization/prison"})),
    (2, a_stay("s", prison="prison")),
    (3, an_observation("o", patient="p2")),
    (3, an_observation("o")),
    (4, a_dose("d")),
    (4, None),
]


@pytest.fixture
def before(postgres: EmbeddedPostgres) -> Iterator[Urls]:
    """A database of the version before, with records."""
    with psycopg.connect(postgres.superuser_conninfo(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME}")
    postgres.ensure_database(NAME)
    urls = Urls(postgres.owner_url(NAME), postgres.server_url(NAME))
    _migrate_to_before(urls)
    _fill(urls)
    yield urls
    with psycopg.connect(postgres.superuser_conninfo(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def _migrate_to_before(urls: Urls) -> None:
    engine = create_engine(urls.owner)
    with engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        for revision in BEFORE:
            command.upgrade(config, revision)
    engine.dispose()


def _fill(urls: Urls) -> None:
    seen: dict[int, tuple[str, str]] = {}
    with psycopg.connect(urls.owner.replace("+psycopg", "")) as connection:
        for seq, (key, body) in enumerate(VERSIONS, start=1):
            version = 1 + sum(1 for other, _ in VERSIONS[: seq - 1] if other == key)
            named = (body["resourceType"], body["id"]) if body else seen[key]
            seen[key] = named
            written = json.dumps(body).encode() if body else None
            interaction = "delete" if body is None else "create" if version == 1 else "update"
            connection.execute(VERSION, (seq, key, *named, version, interaction, written))
        connection.execute(CURRENT)
        connection.execute(INDEX)


def test_a_filled_database_gets_labels_and_facilities(before: Urls, tmp_path: Path) -> None:
    bring_up_to_date(before, KeyPlaces(tmp_path), "Europe/Podgorica")
    database = Database(before.server)
    with database.transaction() as connection:
        assert is_current(connection)
        assert set(connection.execute(text("SELECT version_num FROM alembic_version")).scalars()) == heads()
        current = connection.execute(
            text("SELECT id, labels, facility, about_since FROM fhir_store.current_resource ORDER BY key")
        ).all()
        versions = connection.execute(
            text("SELECT id, version, labels, facility FROM fhir_store.resource_version ORDER BY seq")
        ).all()
        codes = connection.execute(text("SELECT count(*) FROM fhir_store.index_token")).scalar_one()
        treated = connection.execute(
            text("SELECT facility_id, patient_id, ended FROM clinical.treatment_relationship")
        ).all()
    database.close()
    assert [tuple(row) for row in current] == [
        ("p1", 0, "prison", 1),
        ("s", 320, "prison", 1),
        ("o", 0, None, 2),
        ("d", 10, None, 2),
    ]
    assert [tuple(row) for row in versions] == [
        ("p1", 1, 0, "prison"),
        ("s", 1, 320, "prison"),
        ("o", 1, 0, None),
        ("o", 2, 0, None),
        ("d", 1, 10, None),
        ("d", 2, 10, None),
    ]
    assert codes > 1
    assert [tuple(row) for row in treated] == [("prison", "p1", None)]
