"""A system that signs gets a token for what it may do, for minutes; anything else gets none."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import psycopg
import pytest
from answers import ids_in
from audit_events import log_closed, plain, said
from fastapi import FastAPI
from resources import a_patient, an_observation
from serving import serving
from signing import assertion, ec_key, form, key_set, rsa_key
from sqlalchemy import text

from services.access.clients import UnknownClient, add_client, revoke_client
from services.access.systems.client_keys import add_keys, list_keys, revoke_key, set_address
from services.access.systems.errors import KeysNotUnderstood, UnknownKey
from services.access.systems.key_address import acceptable
from services.access.systems.public_keys import public_keys
from services.shared.database import Database
from services.shared.installation import Urls

RSA, EC = rsa_key(), ec_key()
HERE = "http://localhost:8000/auth/token"

Register = Callable[..., None]


@pytest.fixture
def register(database: Database) -> Register:
    def make(
        name: str = "north", scope: str = "system/*.rs", *, keys=(RSA, EC), url: str | None = None
    ) -> None:
        with database.transaction() as connection:
            add_client(connection, name, scope)
            if keys:
                add_keys(connection, name, public_keys(key_set(*keys)))
            if url:
                set_address(connection, name, url)

    return make


def ask(served: str, fields: dict[str, str]) -> httpx.Response:
    return httpx.post(f"{served}/auth/token", data=fields)


def bearer(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.mark.parametrize("key", [RSA, EC])
def test_who_signs_gets_a_token(served: str, register: Register, key) -> None:
    register()
    answer = ask(served, form(assertion(key, "north", HERE)))
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in ("token_type", "expires_in", "scope")} == {
        "token_type": "bearer",
        "expires_in": 300,
        "scope": "system/*.rs",
    }
    assert answer.headers["cache-control"] == "no-store"
    assert httpx.get(f"{served}/fhir/Patient", headers=bearer(answer)).status_code == 200


def test_the_token_is_for_what_was_asked_and_is_granted(
    served: str, register: Register, fhir: httpx.Client
) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    fhir.put("/Observation/o1", json=an_observation("o1", patient="p1"))
    register("narrow", "system/*.rs")
    answer = ask(served, form(assertion(EC, "narrow", HERE), "system/Patient.cruds system/steward"))
    assert answer.json()["scope"] == "system/Patient.rs"
    headers = bearer(answer)
    assert ids_in(httpx.get(f"{served}/fhir/Patient", headers=headers)) == ["p1"]
    assert httpx.get(f"{served}/fhir/Observation", headers=headers).status_code == 403
    assert httpx.put(f"{served}/fhir/Patient/p1", json=a_patient("p1"), headers=headers).status_code == 403


def test_scopes_that_mean_nothing_here_are_left_out(served: str, register: Register) -> None:
    register()
    asked = "launch/patient openid system/Patient.r system/Observation.rs?favourite=blue"
    assert ask(served, form(assertion(EC, "north", HERE), asked)).json()["scope"] == "system/Patient.r"


def test_a_condition_holds_with_the_token(served: str, register: Register, fhir: httpx.Client) -> None:
    coding = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}
    fhir.put("/Patient/p1", json=a_patient("p1"))
    fhir.put("/Observation/lab", json=an_observation("lab", patient="p1", category=[{"coding": [coding]}]))
    fhir.put("/Observation/other", json=an_observation("other", patient="p1"))
    register()
    answer = ask(served, form(assertion(EC, "north", HERE), "system/Observation.rs?category=laboratory"))
    assert ids_in(httpx.get(f"{served}/fhir/Observation", headers=bearer(answer))) == ["lab"]


@pytest.mark.parametrize("scope", ["", "all", "system/Patient.c", "user/*.rs", "x" * 5000])
def test_without_a_scope_it_has_there_is_no_token(served: str, register: Register, scope: str) -> None:
    register()
    answer = ask(served, form(assertion(EC, "north", HERE), scope))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_a_token_is_logged_with_the_system_that_got_it_and_a_refusal_with_nobody(
    served: str, register: Register, database: Database
) -> None:
    register()
    token = ask(served, form(assertion(EC, "north", HERE))).json()["access_token"]
    ask(served, form(assertion(ec_key(), "north", HERE)))
    ask(served, {"grant_type": "password"})
    events = said(database, "sign-in")
    assert [(one["actor"], one["method"], one.get("why")) for one in events] == [
        ({"kind": "client", "name": "north"}, "signed assertion", None),
        ({"kind": "nobody", "name": ""}, "signed assertion", "invalid_client"),
        ({"kind": "nobody", "name": ""}, "signed assertion", "unsupported_grant_type"),
    ]
    assert "tried" in events[1]
    assert "tried" not in events[2]
    assert token not in str(events)


def test_no_token_is_made_that_cannot_be_logged(
    served: str, register: Register, database: Database, urls: Urls
) -> None:
    register()
    with log_closed(urls.owner):
        assert ask(served, form(assertion(EC, "north", HERE))).status_code == 503
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM access.token")).scalar_one() == 0


def test_an_assertion_counts_once(served: str, register: Register) -> None:
    register()
    fields = form(assertion(EC, "north", HERE))
    assert ask(served, fields).status_code == 200
    again = ask(served, fields)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    # The same jti signed anew is a replay, too; of another client it is its own.
    register("other")
    assert ask(served, form(assertion(EC, "north", HERE, jti="one"))).status_code == 200
    assert ask(served, form(assertion(RSA, "north", HERE, jti="one"))).status_code == 401
    assert ask(served, form(assertion(EC, "other", HERE, jti="one"))).status_code == 200


def test_an_assertion_is_remembered_for_a_week_after_its_end_whatever_a_clock_says_meanwhile(
    served: str, register: Register, urls: Urls
) -> None:
    """A database whose clock is ahead, or was for a while, holds it for over while it can still be shown."""
    register()
    shown = form(assertion(EC, "north", HERE))
    assert ask(served, shown).status_code == 200
    for ago, remembered in (("7 days - 5 seconds", True), ("7 days 5 seconds", False)):
        as_if = psycopg.connect(plain(urls.owner), autocommit=True)
        as_if.execute(f"UPDATE access.used_assertion SET expires_at = now() - interval '{ago}'")
        as_if.close()
        assert ask(served, form(assertion(EC, "north", HERE))).status_code == 200
        assert ask(served, shown).status_code == (401 if remembered else 200)


def test_of_many_at_once_one_gets_a_token(served: str, register: Register) -> None:
    register()
    fields = form(assertion(EC, "north", HERE))
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: ask(served, fields).status_code, range(8)))
    assert sorted(statuses) == [200] + [401] * 7


def test_a_refused_assertion_is_not_used_up(served: str, register: Register) -> None:
    register()
    signed = assertion(EC, "north", HERE)
    assert ask(served, form(signed, "system/Patient.c")).status_code == 400
    assert ask(served, form(signed)).status_code == 200


def test_nobody_learns_who_is_registered(served: str, register: Register) -> None:
    register()
    unknown = ask(served, form(assertion(EC, "nobody", HERE)))
    other_key = ask(served, form(assertion(ec_key("ec"), "north", HERE)))
    other_kid = ask(served, form(assertion(EC, "north", HERE, kid="else")))
    assert unknown.status_code == 401
    assert unknown.json() == other_key.json() == other_kid.json()


def test_one_client_is_not_another(served: str, register: Register) -> None:
    register("north", keys=(EC,))
    register("other", keys=(RSA,))
    assert ask(served, form(assertion(EC, "other", HERE))).status_code == 401
    assert ask(served, form(assertion(EC, "other", HERE, kid="rsa"))).status_code == 401


def test_who_is_shut_out_gets_no_token_and_has_none(
    served: str, register: Register, database: Database
) -> None:
    register()
    headers = bearer(ask(served, form(assertion(EC, "north", HERE))))
    with database.transaction() as connection:
        revoke_client(connection, "north")
    time.sleep(0.3)
    assert httpx.get(f"{served}/fhir/Patient", headers=headers).status_code == 401
    assert ask(served, form(assertion(EC, "north", HERE))).status_code == 401


def test_a_revoked_key_signs_nothing_and_its_tokens_end(
    served: str, register: Register, database: Database
) -> None:
    register()
    headers = bearer(ask(served, form(assertion(EC, "north", HERE))))
    with database.transaction() as connection:
        revoke_key(connection, "north", "ec")
    time.sleep(0.3)
    assert httpx.get(f"{served}/fhir/Patient", headers=headers).status_code == 401
    assert ask(served, form(assertion(EC, "north", HERE))).status_code == 401
    assert ask(served, form(assertion(RSA, "north", HERE))).status_code == 200
    with database.transaction() as connection:
        with pytest.raises(KeysNotUnderstood, match="revoked"):
            add_keys(connection, "north", public_keys(key_set(EC)))
        with pytest.raises(UnknownKey):
            revoke_key(connection, "north", "ec")
        assert [(key.kid, key.revoked_at is None) for key in list_keys(connection, "north")] == [
            ("ec", False),
            ("rsa", True),
        ]
        with pytest.raises(UnknownClient):
            list_keys(connection, "nobody")


def test_a_token_ends_after_minutes(served: str, register: Register, urls, database: Database) -> None:
    register()
    headers = bearer(ask(served, form(assertion(EC, "north", HERE))))
    with database.transaction() as connection:
        lasts = connection.execute(
            text("SELECT max(expires_at - issued_at) = interval '5 minutes' FROM access.token")
        )
        assert lasts.scalar_one()
    assert httpx.get(f"{served}/fhir/Patient", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_assertion_type": "other"}, 401, "invalid_client"),
        ({"client_assertion": ""}, 401, "invalid_client"),
        ({"client_assertion": "a.b.c"}, 401, "invalid_client"),
    ],
)
def test_another_request_is_told_what_is_wrong(
    served: str, register: Register, changes: dict[str, str], status: int, error: str
) -> None:
    register()
    answer = ask(served, {**form(assertion(EC, "north", HERE)), **changes})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]
    assert answer.headers["cache-control"] == "no-store"


def test_another_body_is_told_what_is_wrong(served: str) -> None:
    for body, kind in (
        (b"{}", "application/json"),
        (b"grant_type=a&grant_type=b", "application/x-www-form-urlencoded"),
        (b"\xff", "application/x-www-form-urlencoded"),
        (b"a=1&" * 50, "application/x-www-form-urlencoded"),
    ):
        answer = httpx.post(f"{served}/auth/token", content=body, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


# --- keys at an address


class Keys:
    """A key set that is published on this machine."""

    def __init__(self) -> None:
        self.body = b""
        self.status = 200
        self.asked = 0

    @contextmanager
    def published(self) -> Iterator[str]:
        keys = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                keys.asked += 1
                self.send_response(keys.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(keys.body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}/jwks.json"
        finally:
            server.shutdown()
            server.server_close()


@pytest.fixture
def published() -> Iterator[tuple[Keys, str]]:
    keys = Keys()
    with keys.published() as url:
        yield keys, url


def later(database: Database, interval: str) -> None:
    """As if so much time had gone by since the address was asked and the keys were read there."""
    with database.transaction() as connection:
        connection.execute(
            text(f"UPDATE access.client SET jwks_asked_at = jwks_asked_at - interval '{interval}'")
        )
        connection.execute(text(f"UPDATE access.client_key SET added_at = added_at - interval '{interval}'"))


def test_keys_are_read_at_an_address_and_changed_there(
    served: str, register: Register, published: tuple[Keys, str], database: Database
) -> None:
    keys, url = published
    register(keys=(), url=url)
    keys.body = key_set(EC).encode()
    assert ask(served, form(assertion(EC, "north", HERE))).status_code == 200
    assert ask(served, form(assertion(EC, "north", HERE))).status_code == 200
    assert keys.asked == 1
    # A new key beside the old one; it is looked for as soon as it signs, though not within a minute.
    keys.body = key_set(EC, RSA).encode()
    assert ask(served, form(assertion(RSA, "north", HERE))).status_code == 401
    later(database, "61 seconds")
    assert ask(served, form(assertion(RSA, "north", HERE))).status_code == 200
    # The old one is taken away: minutes later it signs nothing, and tokens end.
    keys.body = key_set(RSA).encode()
    headers = bearer(ask(served, form(assertion(EC, "north", HERE))))
    later(database, "6 minutes")
    assert ask(served, form(assertion(EC, "north", HERE))).status_code == 401
    time.sleep(0.3)
    assert httpx.get(f"{served}/fhir/Patient", headers=headers).status_code == 401


def test_whoever_invents_kids_has_the_address_asked_once(
    served: str, register: Register, published: tuple[Keys, str]
) -> None:
    keys, url = published
    keys.body = key_set(EC).encode()
    register(keys=(), url=url)
    for number in range(5):
        assert ask(served, form(assertion(EC, "north", HERE, kid=str(number)))).status_code == 401
    assert keys.asked == 1


def test_an_address_that_does_not_answer_is_trusted_for_a_day(
    served: str, register: Register, published: tuple[Keys, str], database: Database
) -> None:
    keys, url = published
    keys.body = key_set(EC).encode()
    register(keys=(), url=url)
    assert ask(served, form(assertion(EC, "north", HERE))).status_code == 200
    keys.status = 500
    later(database, "6 minutes")
    assert ask(served, form(assertion(EC, "north", HERE))).status_code == 200
    later(database, "1 day")
    assert ask(served, form(assertion(EC, "north", HERE))).status_code == 401


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (302, b""),
        (404, b""),
        (200, b"no"),
        (200, b"x" * 100_000),
        (200, key_set(rsa_key("weak", 1024)).encode()),
    ],
)
def test_an_address_without_keys_gives_no_token(
    served: str, register: Register, published: tuple[Keys, str], status: int, body: bytes
) -> None:
    keys, url = published
    keys.status, keys.body = status, body
    register(keys=(), url=url)
    assert ask(served, form(assertion(EC, "north", HERE))).status_code == 401
    assert keys.asked == 1


def test_what_was_revoked_stays_revoked_whatever_the_address_says(
    served: str, register: Register, published: tuple[Keys, str], database: Database
) -> None:
    keys, url = published
    keys.body = key_set(EC).encode()
    register(keys=(), url=url)
    assert ask(served, form(assertion(EC, "north", HERE))).status_code == 200
    with database.transaction() as connection:
        revoke_key(connection, "north", "ec")
    later(database, "6 minutes")
    assert ask(served, form(assertion(EC, "north", HERE))).status_code == 401


@pytest.mark.parametrize(
    "url",
    [
        "http://centre.example/jwks",
        "ftp://centre.example",
        "https://",
        "https://a:b@c.example/",
        "https://c/#x",
        "jwks",
    ],
)
def test_keys_are_read_over_tls_only(url: str) -> None:
    with pytest.raises(KeysNotUnderstood):
        acceptable(url)


def test_an_address_over_tls_or_on_this_machine_is_taken() -> None:
    for url in ("https://centre.example/jwks.json", "http://localhost:9000/jwks", "http://127.0.0.1/jwks"):
        assert acceptable(url) == url


# --- what clients are told


def test_the_configuration_says_how(application: FastAPI) -> None:
    with serving(application) as served:
        said = httpx.get(f"{served}/fhir/.well-known/smart-configuration")
        statement = httpx.get(f"{served}/fhir/metadata").json()
    assert said.headers["content-type"] == "application/json"
    assert said.json()["token_endpoint"] == HERE
    assert said.json()["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert said.json()["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
    assert {"client-confidential-asymmetric", "permission-v2"} <= set(said.json()["capabilities"])
    (uris,) = statement["rest"][0]["security"]["extension"]
    assert uris["extension"] == [{"url": "token", "valueUri": HERE}]


def test_no_log_has_the_assertion_or_the_token(
    served: str, register: Register, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    register()
    signed = assertion(EC, "north", HERE)
    token = ask(served, form(signed)).json()["access_token"]
    ask(served, form(signed))
    printed = capfd.readouterr()
    written = printed.out + printed.err + caplog.text
    assert signed not in written
    assert token not in written
