import re

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient

from services.app import create_app
from services.settings import Settings
from services.shared.actors import Public
from services.shared.assets import Assets
from services.shared.database import Database
from services.shared.security import POLICY, POLICY_WITH_PLOTLY

ANSWERS = ("/", "/docs", "/openapi.json", "/healthz", "/readyz", "/nothing-here", "/fhir/Nothing")

OWN_PAGE = {"Origin": "http://localhost:8000"}


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_tells_the_browser_to_keep_and_tell_nothing(program: TestClient, path: str) -> None:
    headers = program.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_the_policy_begins_with_nothing_and_has_no_unsafe_part() -> None:
    for policy in (POLICY, POLICY_WITH_PLOTLY):
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "*" not in policy
        assert "http" not in policy


def test_the_policy_says_what_its_beginning_does_not_cover() -> None:
    """No other site frames a page, gets its forms or moves its addresses: ``default-src`` is not about those."""
    for policy in (POLICY, POLICY_WITH_PLOTLY):
        assert {"frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} <= set(policy.split("; "))


@pytest.mark.parametrize("path", ANSWERS)
def test_no_answer_is_for_another_origin(program: TestClient, path: str) -> None:
    for method in ("GET", "OPTIONS"):
        asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        headers = program.request(method, path, headers=asked).headers
        assert [name for name in headers if name.startswith("access-control-")] == []


def test_nothing_is_traced_and_no_folder_is_listed(program: TestClient) -> None:
    assert program.request("TRACE", "/", headers=OWN_PAGE).status_code == 405
    assert program.request("TRACE", "/fhir/Patient", headers=OWN_PAGE).status_code in (401, 405)
    for folder in ("/static", "/static/", f"{Assets().address('site.css').rpartition('/')[0]}/"):
        assert program.get(folder).status_code == 404


def test_browsers_are_told_to_insist_on_https_only_where_it_is_served(
    database: Database, settings: Settings
) -> None:
    app = create_app(settings.model_copy(update={"public_url": "https://record.example"}), database)
    assert TestClient(app).get("/").headers["strict-transport-security"] == "max-age=31536000"


def test_a_route_cannot_loosen_the_policy_or_let_a_page_be_kept(application: FastAPI) -> None:
    @application.get("/loose")
    def loose(public: Public) -> Response:
        return Response(headers={"Content-Security-Policy": "default-src *", "Cache-Control": "public"})

    headers = TestClient(application).get("/loose").headers
    assert headers["content-security-policy"] == POLICY
    assert headers["cache-control"] == "no-store"


def test_a_static_file_may_be_kept_because_its_address_holds_its_hash(program: TestClient) -> None:
    address = Assets().address("site.css")
    assert re.fullmatch(r"/static/[0-9a-f]{16}/site\.css", address)
    answer = program.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    assert program.get(address, headers={"Accept-Encoding": "identity"}).text == answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/static/0000000000000000/site.css",
        "/static/0000000000000000/nothing.css",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fapp.py/site.css",
    ],
)
def test_an_address_that_is_no_files_is_not_found_and_not_kept(program: TestClient, address: str) -> None:
    answer = program.get(address)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("megabytes", [1])
def test_a_body_at_the_limit_is_taken_and_one_above_is_not(
    database: Database, settings: Settings, megabytes: int
) -> None:
    app = create_app(settings.model_copy(update={"max_body_mb": megabytes}), database)

    @app.post("/take")
    def take(public: Public, body: dict[str, str]) -> int:
        return len(body["text"])

    client = TestClient(app, headers=OWN_PAGE)
    frame = len('{"text":""}')
    longest = megabytes * 1_000_000 - frame
    for length, status in ((longest - 1, 200), (longest, 200), (longest + 1, 413)):
        answer = client.post(
            "/take", content='{"text":"' + "x" * length + '"}', headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == status, length


def test_a_body_that_says_it_is_too_long_is_refused_before_anyone_reads_it(
    database: Database, settings: Settings
) -> None:
    app = create_app(settings.model_copy(update={"max_body_mb": 1}), database)

    @app.post("/ignore")
    def ignore(public: Public) -> None: ...

    client = TestClient(app, headers=OWN_PAGE)
    assert client.post("/ignore", content=b"x" * 1_000_000).status_code == 200
    assert client.post("/ignore", content=b"x" * 1_000_001).status_code == 413
