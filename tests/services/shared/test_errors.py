"""One handler, three shapes, and nothing of the request in any of them.

The shape of the FHIR API is in tests/services/exchange/test_errors.py. Each way to fail is walked in each shape, with a marker wherever a client can put text.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Cookie, FastAPI, Form, Header, HTTPException
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from log_capture import Log
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError

from services.shared.actors import Public
from services.shared.errors import BY_STATUS, Forbidden, ServiceError, Unauthorized

MARKER = "Marker4711Djuric"
OWN_PAGE = {"Origin": "http://localhost:8000"}
BIG = 21_000_000

ROUTES = APIRouter()


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")

    amount_mg: int
    days: dict[str, int] = {}


@ROUTES.get("/number/{number}")
def needs_number(public: Public, number: int) -> None: ...


@ROUTES.get("/query")
def needs_query(public: Public, limit: int) -> None: ...


@ROUTES.get("/header")
def needs_header(public: Public, x_limit: Annotated[int, Header()]) -> None: ...


@ROUTES.get("/cookie")
def needs_cookie(public: Public, limit: Annotated[int, Cookie()]) -> None: ...


@ROUTES.post("/form")
def needs_form(public: Public, limit: Annotated[int, Form()]) -> None: ...


@ROUTES.post("/body")
def needs_body(public: Public, body: Strict) -> None: ...


@ROUTES.get("/mistake")
def mistake(public: Public) -> None:
    try:
        raise KeyError(MARKER)
    except KeyError as cause:
        raise ValueError(f"{MARKER} was given 60 mg") from cause


@ROUTES.get("/wrong-answer", response_model=Strict)
def wrong_answer(public: Public) -> Any:
    return {"amount_mg": MARKER}


@ROUTES.get("/database")
def database_gone(public: Public) -> None:
    raise OperationalError(f"SELECT '{MARKER}'", {"name": MARKER}, Exception(MARKER))


@ROUTES.get("/forbidden")
def forbidden(public: Public) -> None:
    raise Forbidden


@ROUTES.get("/unauthorized")
def unauthorized(public: Public) -> None:
    raise Unauthorized


@ROUTES.get("/framework")
def framework(public: Public) -> None:
    raise HTTPException(418, detail=MARKER, headers={"X-Name": MARKER})


@dataclass(frozen=True)
class Failure:
    status: int
    code: str
    send: Callable[[TestClient, str], httpx.Response]


def get(path: str, **more: Any) -> Callable[[TestClient, str], httpx.Response]:
    return lambda client, base: client.get(f"{base}{path}", **more)


def post(path: str, **more: Any) -> Callable[[TestClient, str], httpx.Response]:
    return lambda client, base: client.post(f"{base}{path}", **more)


def streamed_too_long(client: TestClient, base: str) -> httpx.Response:
    chunks = (MARKER.encode().ljust(1_000_000, b" ") for _ in range(BIG // 1_000_000))
    return client.post(f"{base}/body", content=chunks, headers={"Content-Type": "application/json"})


FAILURES = {
    "no such page": Failure(404, "not-found", get(f"/{MARKER}", params={MARKER: MARKER})),
    "method not offered": Failure(405, "not-supported", post(f"/number/{MARKER}")),
    "made-up method": Failure(
        405, "not-supported", lambda c, base: c.request(MARKER.upper(), f"{base}/query")
    ),
    "path": Failure(422, "invalid", get(f"/number/{MARKER}")),
    "query": Failure(422, "invalid", get("/query", params={"limit": MARKER})),
    "header": Failure(422, "invalid", get("/header", headers={"X-Limit": MARKER})),
    "cookie": Failure(422, "invalid", get("/cookie", headers={"Cookie": f"limit={MARKER}"})),
    "form": Failure(422, "invalid", post("/form", data={"limit": MARKER})),
    "upload for a number": Failure(422, "invalid", post("/form", files={"limit": (MARKER, MARKER)})),
    "body value": Failure(422, "invalid", post("/body", json={"amount_mg": MARKER})),
    "body key": Failure(422, "invalid", post("/body", json={"amount_mg": 1, MARKER: 1})),
    "body key of a map": Failure(422, "invalid", post("/body", json={"amount_mg": 1, "days": {MARKER: "x"}})),
    "broken JSON": Failure(
        422, "invalid", post("/body", content=f'{{"{MARKER}": ', headers={"Content-Type": "application/json"})
    ),
    "broken multipart": Failure(
        400, "invalid", post("/form", content=MARKER, headers={"Content-Type": "multipart/form-data"})
    ),
    "stated too long": Failure(413, "too-long", post("/body", content=MARKER.encode().ljust(BIG, b" "))),
    "streamed too long": Failure(413, "too-long", streamed_too_long),
    "our mistake": Failure(500, "exception", get("/mistake", params={"name": MARKER})),
    "answer of the wrong kind": Failure(500, "exception", get("/wrong-answer")),
    "database gone": Failure(503, "transient", get("/database")),
    "forbidden": Failure(403, "forbidden", get("/forbidden")),
    "unauthorized": Failure(
        401, "login", get("/unauthorized", headers={"Authorization": f"Bearer {MARKER}"})
    ),
    "framework's own": Failure(418, "exception", get("/framework")),
}


@pytest.fixture
def failing(application: FastAPI) -> FastAPI:
    """The application with a route for each way to fail."""
    application.include_router(ROUTES, prefix="/probe")
    return application


def assert_problem_details(answer: httpx.Response, failure: Failure) -> str:
    """RFC 9457. Returns the reference."""
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert set(told) - {"issues"} == {"type", "title", "status", "detail", "instance"}
    assert told["type"] == f"urn:throughcare:problem:{failure.code}"
    assert told["status"] == failure.status
    assert told["title"]
    assert told["detail"]
    return str(told["instance"]).removeprefix("urn:uuid:")


def assert_page(answer: httpx.Response, failure: Failure) -> str:
    """A page of ours. Returns the reference."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"Error {failure.status}" in answer.text
    assert "<h1>" in answer.text
    return answer.text.partition('<code translate="no">')[2].partition("</code>")[0]


SHAPES = {
    "problem details": ("/probe", "*/*", assert_problem_details),
    "problem details for JSON": ("/probe", "application/json", assert_problem_details),
    "page": ("/probe", "text/html,application/xhtml+xml,*/*;q=0.8", assert_page),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_failure_has_the_canonical_shape_and_repeats_nothing(
    failing: FastAPI, log: Log, subtests: pytest.Subtests, shape: str
) -> None:
    base, accept, assert_shape = SHAPES[shape]
    client = TestClient(
        failing, headers={**OWN_PAGE, "Accept": accept, "X-Request-Id": MARKER, "User-Agent": MARKER}
    )
    for name, failure in FAILURES.items():
        with subtests.test(name):
            log.forget()
            answer = failure.send(client, base)
            assert answer.status_code == failure.status
            assert_canonical(answer, log, assert_shape(answer, failure))


def assert_canonical(answer: httpx.Response, log: Log, reference: str) -> None:
    assert reference == answer.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    sent_back = (answer.text + json.dumps(dict(answer.headers))).casefold()
    assert MARKER.casefold() not in sent_back
    assert MARKER.casefold() not in log.text.casefold()
    assert "Traceback" not in answer.text + log.text
    assert [line["status"] for line in log.events("request")] == [answer.status_code]
    assert {line["request_id"] for line in log.lines if "request_id" in line} == {reference}


def test_a_mistake_of_ours_is_logged_with_its_place_and_without_its_message(
    failing: FastAPI, log: Log
) -> None:
    TestClient(failing).get("/probe/mistake")
    (line,) = log.events("a request failed")
    assert line["error"] == "ValueError < KeyError"
    assert any("test_errors.py" in frame and "mistake" in frame for frame in line["frames"])


def test_a_refusal_is_not_logged_as_a_failure(failing: FastAPI, log: Log) -> None:
    TestClient(failing).get("/probe/forbidden")
    assert not log.events("a request failed")


def test_what_is_wrong_with_an_input_is_said_by_declared_name_and_kind(failing: FastAPI) -> None:
    answer = TestClient(failing, headers=OWN_PAGE).post(
        "/probe/body", json={"amount_mg": "x", "days": {MARKER: "y"}}
    )
    assert answer.json()["issues"] == [
        {"at": "body.amount_mg", "kind": "int_parsing"},
        {"at": "body.days.*", "kind": "int_parsing"},
    ]


def test_the_methods_that_are_offered_are_said(failing: FastAPI) -> None:
    answer = TestClient(failing).delete("/probe/query")
    assert answer.headers["allow"] == "GET"


def test_a_caller_without_a_token_is_told_how_to_sign_in(failing: FastAPI) -> None:
    answer = TestClient(failing).get("/probe/unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_slash_too_many_is_not_answered_with_the_address_sent_back(failing: FastAPI) -> None:
    answer = TestClient(failing, follow_redirects=False).get(f"/ministry/?name={MARKER}")
    assert answer.status_code == 404
    assert MARKER not in answer.text


def test_an_answer_that_breaks_off_is_logged_and_not_mended(application: FastAPI, log: Log) -> None:
    def half() -> Iterator[bytes]:
        yield b"half"
        raise ValueError(MARKER)

    @application.get("/half")
    def route(public: Public) -> StreamingResponse:
        return StreamingResponse(half())

    TestClient(application).get("/half")
    (line,) = log.events("an answer broke off")
    assert line["error"].startswith("ValueError")
    assert MARKER not in log.text


def test_each_status_has_one_class() -> None:
    assert all(BY_STATUS[kind.status] is kind for kind in BY_STATUS.values())
    assert ServiceError().problem.status == 500


def test_an_error_may_say_more_than_its_class_does() -> None:
    problem = ServiceError("Say it.", status=409, code="conflict").problem
    assert (problem.message, problem.status, problem.code) == ("Say it.", 409, "conflict")
