import pytest
from fastapi.testclient import TestClient

from services.app import create_app
from services.settings import Settings
from services.shared.database import Database

HOME = "http://localhost:8000"


@pytest.fixture
def reader(database: Database, settings: Settings) -> TestClient:
    app = create_app(settings.model_copy(update={"pseudo_locale": True}), database)
    return TestClient(app, headers={"Accept": "text/html", "Origin": HOME}, follow_redirects=False)


def test_a_theme_is_kept_and_leads_back(reader: TestClient) -> None:
    answer = reader.post("/preferences/theme", data={"theme": "night", "here": "/docs"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/docs"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert 'data-theme="night"' in reader.get("/docs").text


def test_without_a_choice_the_device_decides(reader: TestClient) -> None:
    assert "data-theme" not in reader.get("/").text


def test_a_theme_that_does_not_exist_is_not_kept(reader: TestClient) -> None:
    answer = reader.post("/preferences/theme", data={"theme": "noon", "here": "/"})
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


def test_a_cookie_that_someone_changed_is_as_none(reader: TestClient) -> None:
    reader.cookies.set("theme", '"><script>')
    text = reader.get("/").text
    assert "data-theme" not in text
    assert '"><script>' not in text


def test_a_language_is_kept_and_one_that_is_not_offered_is_refused(reader: TestClient) -> None:
    assert reader.post("/preferences/language", data={"lang": "qps-ploc", "here": "/"}).status_code == 303
    assert "⟦" in reader.get("/").text
    assert reader.post("/preferences/language", data={"lang": "xx", "here": "/"}).status_code == 422


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "evil",
        "",
        "/\nx",
        "/\tevil",
        "javascript:alert(1)",
    ],
)
def test_no_form_leads_to_another_site(reader: TestClient, elsewhere: str) -> None:
    answer = reader.post("/preferences/theme", data={"theme": "day", "here": elsewhere})
    assert answer.headers["location"] == "/"


def test_cookies_travel_encrypted_where_the_site_does(database: Database, settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"public_url": "https://record.example"}), database)
    client = TestClient(app, headers={"Origin": "https://record.example"}, follow_redirects=False)
    assert "Secure" in client.post("/preferences/theme", data={"theme": "day"}).headers["set-cookie"]
