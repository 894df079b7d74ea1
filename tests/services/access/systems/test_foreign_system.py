"""A client that others wrote signs in without knowing this server; one that is wrong does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fhirclient.client import FHIRClient
from fhirclient.models.patient import Patient
from resources import a_patient
from serving import serving
from signing import assertion, ec_key, key_set, rsa_key

from services.access.clients import add_client
from services.access.systems.client_keys import add_keys
from services.access.systems.public_keys import public_keys
from services.settings import Settings
from services.shared.database import Database

KEYS = {"RS384": rsa_key("rsa"), "ES384": ec_key("ec")}


@pytest.fixture
def settings(tmp_path: Path, free_port: int) -> Settings:
    """At a port that is known beforehand, since the address of the token endpoint is told to clients."""
    return Settings(home=tmp_path, port=free_port)


@pytest.fixture
def served(application: FastAPI, settings: Settings, database: Database) -> Iterator[str]:
    with database.transaction() as connection:
        add_client(connection, "oat-centre", "system/Patient.cruds")
        add_keys(connection, "oat-centre", public_keys(key_set(*KEYS.values())))
    with serving(application, settings.port) as address:
        yield address


def foreign(served: str, signed: str) -> FHIRClient:
    client = FHIRClient(
        {
            "app_id": "oat-centre",
            "api_base": f"{served}/fhir",
            "scope": "system/*.cruds",
            "jwt_token": signed,
        }
    )
    client.prepare()
    return client


@pytest.mark.parametrize("algorithm", KEYS)
def test_it_signs_in_by_what_the_server_says_of_itself_and_works(served: str, algorithm: str) -> None:
    client = foreign(served, assertion(KEYS[algorithm], "oat-centre", f"{served}/auth/token"))
    try:
        client.authorize()
        created = Patient(a_patient()).create(client.server)
        assert Patient.read(created["id"], client.server).id == created["id"]
        with pytest.raises(Exception, match="403"):
            client.server.request_json("Observation")
    finally:
        client.server.session.close()


@pytest.mark.parametrize("wrong", ["key", "audience", "client", "algorithm"])
def test_a_wrong_one_does_not(served: str, wrong: str) -> None:
    here, key = f"{served}/auth/token", KEYS["RS384"]
    signed = {
        "key": assertion(rsa_key("rsa"), "oat-centre", here),
        "audience": assertion(key, "oat-centre", f"{served}/fhir"),
        "client": assertion(key, "other-centre", here),
        "algorithm": assertion(key, "oat-centre", here, algorithm="RS256"),
    }[wrong]
    client = foreign(served, signed)
    try:
        with pytest.raises(Exception, match="401"):
            client.authorize()
    finally:
        client.server.session.close()
