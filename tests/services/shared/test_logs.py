import io
import json
import logging
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from log_capture import Log
from serving import serving

from services.shared.actors import Public
from services.shared.logs import configure_logging

NAME = "Djuric4711"


@pytest.fixture
def written() -> Any:
    """A log that is not an application's."""
    log = Log()
    configure_logging("DEBUG", log.stream)
    yield log
    configure_logging("INFO")


def test_a_request_is_one_line_with_the_template_of_its_route(application: FastAPI, log: Log) -> None:
    @application.get("/person/{person}/dose/{dose}")
    def dose(public: Public, person: str, dose: int) -> None: ...

    TestClient(application).get(f"/person/{NAME}/dose/3?search={NAME}")
    (line,) = log.events("request")
    assert {key: line[key] for key in ("event", "level", "method", "route", "status")} == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "route": "/person/{person}/dose/{dose}",
        "status": 200,
    }
    assert line["ms"] >= 0
    assert len(line["request_id"]) == 32


def test_the_template_has_the_prefix_that_a_router_was_included_under(application: FastAPI, log: Log) -> None:
    own_page = TestClient(application, headers={"Origin": "http://localhost:8000"})
    own_page.post("/preferences/theme", data={"theme": "day"}, follow_redirects=False)
    assert log.events("request")[0]["route"] == "/preferences/theme"


def test_a_method_that_the_client_made_up_is_not_written(application: FastAPI, log: Log) -> None:
    TestClient(application).request(NAME.upper(), "/")
    assert log.events("request")[0]["method"] == "(another)"
    assert NAME.upper() not in log.text


def test_a_field_that_is_not_listed_is_withheld_and_named(written: Log) -> None:
    structlog.get_logger().info("a dose was given", status=200, patient=NAME, amount_mg=60)
    (line,) = written.lines
    assert line["withheld"] == ["amount_mg", "patient"]
    assert line["status"] == 200
    assert NAME not in written.text
    assert "60" not in json.dumps({key: value for key, value in line.items() if key != "timestamp"})


def test_an_exception_is_written_by_type_and_place(written: Log) -> None:
    def fails() -> None:
        raise ValueError(f"no viral load for {NAME}")

    try:
        fails()
    except ValueError:
        structlog.get_logger().exception("it failed")
    (line,) = written.lines
    assert line["error"] == "ValueError"
    assert line["frames"][-1].endswith(" fails")
    assert "test_logs.py" in line["frames"][-1]
    assert NAME not in written.text


@pytest.mark.parametrize("name", ["sqlalchemy.pool", "asyncio", "httpx", "uvicorn.asgi"])
def test_what_another_library_says_is_withheld_but_where_it_said_it_is_not(written: Log, name: str) -> None:
    library = logging.getLogger(name)
    library.warning("GET /fhir/Patient?name=%s", NAME)
    try:
        raise ValueError(NAME)
    except ValueError:
        library.exception(f"{NAME} could not be read")
    first, second = written.lines
    assert first["source"].startswith(f"{name} test_logs:")
    assert second["error"] == "ValueError"
    assert NAME not in written.text


def test_a_quieter_level_writes_less() -> None:
    stream = io.StringIO()
    configure_logging("WARNING", stream)
    structlog.get_logger().info("request")
    structlog.get_logger().warning("look")
    configure_logging("INFO")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["look"]


def test_a_terminal_gets_lines_for_people_with_no_more_in_them() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    configure_logging("INFO", terminal)
    try:
        raise ValueError(NAME)
    except ValueError:
        structlog.get_logger().exception("it failed", patient=NAME)
    configure_logging("INFO")
    assert "it failed" in terminal.getvalue()
    assert NAME not in terminal.getvalue()


def raw(address: str, text: str) -> bytes:
    """Send bytes as they are; the beginning of what comes back."""
    host, port = urlsplit(address).hostname, urlsplit(address).port
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(text.encode())
        return connection.recv(4096)


def test_a_name_sent_in_any_part_of_a_request_to_the_real_server_never_reaches_the_log(
    application: FastAPI, log: Log, capfd: pytest.CaptureFixture[str]
) -> None:
    @application.post("/mistake/{person}")
    def mistake(public: Public, person: str) -> None:
        raise RuntimeError(f"{person} was given a dose")

    with serving(application) as address:
        failed = httpx.post(
            f"{address}/mistake/{NAME}",
            params={"name": NAME},
            json={"name": NAME},
            headers={
                "Origin": "http://localhost:8000",
                "X-Name": NAME,
                "User-Agent": NAME,
                "Referer": NAME,
                "Cookie": f"lang={NAME}",
            },
        )
        assert failed.status_code == 500
        assert NAME not in failed.text
        host = f"Host: {NAME}\r\n"
        upgrade = f"{host}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        assert NAME not in raw(address, f"GET /{NAME}?name={NAME} HTTP/1.1\r\n{upgrade}{key}").decode()
        assert NAME not in raw(address, f"{NAME} this is not HTTP\r\n\r\n").decode()
        assert (
            NAME not in raw(address, f"GET /{NAME} HTTP/1.1\r\n{host}Content-Length: {NAME}\r\n\r\n").decode()
        )
    out, err = capfd.readouterr()
    assert log.events("a request failed")
    assert log.events("request")[0]["status"] == 500
    assert NAME not in log.text
    assert NAME not in out + err
