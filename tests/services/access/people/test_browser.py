"""What a browser carries: cookies, the CSRF token, and where a request comes from."""

import pytest

from services.access.people.cookies import NotEncrypted, device_cookie, session_cookie
from services.access.people.csrf import csrf_token, is_csrf_token
from services.access.people.request_origin import is_from_our_pages

HOME = "https://clinic.example"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "post", "get", "BREW"])
@pytest.mark.parametrize(
    ("origin", "site", "fine"),
    [
        (HOME, "same-origin", True),
        (HOME, None, True),
        (None, "same-origin", True),
        (None, None, False),
        ("null", None, False),
        ("null", "same-origin", False),
        ("https://evil.test", None, False),
        ("https://evil.test", "same-origin", False),
        (HOME, "cross-site", False),
        (HOME, "same-site", False),
        (HOME, "none", False),
        (None, "none", False),
        ("http://clinic.example", None, False),
        ("https://clinic.example:8443", None, False),
        ("https://clinic.example.evil.test", None, False),
        ("", None, False),
        (HOME, "", False),
    ],
)
def test_what_changes_something_comes_from_our_own_pages(
    method: str, origin: str | None, site: str | None, fine: bool
) -> None:
    assert is_from_our_pages(method, origin, site, HOME) is fine


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_changes_nothing_may_come_from_anywhere(method: str) -> None:
    assert is_from_our_pages(method, "https://evil.test", "cross-site", HOME)


def test_the_address_may_have_a_port_and_a_path() -> None:
    assert is_from_our_pages("POST", "http://localhost:8000", "same-origin", "http://localhost:8000")
    assert is_from_our_pages("POST", HOME, None, "https://Clinic.Example:443/care")


def test_over_https_a_cookie_is_the_hosts_own() -> None:
    cookie = session_cookie(HOME)
    assert (cookie.key, cookie.secure, cookie.path) == ("__Host-session", True, "/")
    assert (cookie.httponly, cookie.samesite, cookie.max_age) == (True, "strict", 12 * 3600)
    assert device_cookie(HOME).key == "__Host-device"


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_on_ones_own_machine_http_will_do(address: str) -> None:
    assert (session_cookie(address).key, session_cookie(address).secure) == ("throughcare-session", False)


@pytest.mark.parametrize(
    "address", ["http://clinic.example", "http://192.168.1.5:8000", "http://localhost.evil.test"]
)
def test_over_http_across_a_network_nobody_signs_in(address: str) -> None:
    with pytest.raises(NotEncrypted):
        session_cookie(address)


def test_the_csrf_token_is_of_one_session() -> None:
    token = csrf_token("session")
    assert is_csrf_token("session", token)
    assert not is_csrf_token("another session", token)
    assert not is_csrf_token("session", "")
    assert not is_csrf_token("session", "\u0107")
    assert not is_csrf_token("session", "\ud800")
    assert "session" not in token
