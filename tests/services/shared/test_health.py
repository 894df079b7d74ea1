from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.shared.database import Database


def test_alive_says_nothing_of_the_database(application: FastAPI) -> None:
    application.state.database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    answer = TestClient(application).get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "alive"}


def test_ready_when_the_database_is_migrated(application: FastAPI) -> None:
    answer = TestClient(application).get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready"}


def test_not_ready_without_the_database_and_says_what_to_look_at(application: FastAPI) -> None:
    application.state.database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    answer = TestClient(application).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert "PostgreSQL" in answer.json()["reason"]
