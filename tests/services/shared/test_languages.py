import ast

import pytest
from fastapi.testclient import TestClient

from services.app import create_app
from services.settings import Settings
from services.shared.catalogue import catalogue_template
from services.shared.database import Database
from services.shared.languages import TEMPLATE, installed_languages, wishes_of


def test_the_catalogue_template_is_current() -> None:
    assert TEMPLATE.read_text(encoding="utf-8") == catalogue_template(), (
        "run: python -m services.shared.catalogue"
    )


def test_the_template_holds_texts_of_code_of_templates_and_of_measures() -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    for file in (
        "services/shared/errors.py",
        "services/shared/templates/base.html",
        "cascade/measures/hiv_tests.py",
    ):
        assert f"#: {file}" in template or f" {file}" in template


@pytest.mark.parametrize(
    ("header", "wishes"),
    [
        ("", []),
        ("sr-Latn-ME,sr;q=0.8,en;q=0.5", ["sr-Latn-ME", "sr", "en"]),
        ("en;q=0.2, sq", ["sq", "en"]),
        ("en;q=0, sq;q=often, mk", ["mk"]),
    ],
)
def test_a_browsers_wishes_are_read_best_first(header: str, wishes: list[str]) -> None:
    assert wishes_of(header) == wishes


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ([], "en"),
        (["xx"], "en"),
        (["xx", "QPS-PLOC"], "qps-ploc"),
        (["en-GB", "qps-ploc"], "en"),
        (["en_US"], "en"),
    ],
)
def test_the_first_wish_that_is_offered_is_taken(wishes: list[str], code: str) -> None:
    assert installed_languages("en", pseudo=True).choose(wishes).code == code


@pytest.mark.parametrize(
    ("preference", "code"),
    [("en", "en"), ("xx:qps-ploc:en", "qps-ploc"), ("en_US.UTF-8:en", "en"), ("", "en")],
)
def test_the_installations_preference_is_a_list_as_in_gettext(preference: str, code: str) -> None:
    assert installed_languages(preference, pseudo=True).preferred.code == code


def test_the_made_up_language_is_offered_only_when_asked_for() -> None:
    assert "qps-ploc" not in installed_languages("qps-ploc", pseudo=False).offered


def test_the_made_up_language_keeps_placeholders_and_markup_and_has_plurals() -> None:
    translations = installed_languages("qps-ploc", pseudo=True).preferred.translations
    one, many = "%(reporting)s of %(n)s facility reports.", "%(reporting)s of %(n)s facilities report."
    assert [translations.ngettext(one, many, facilities) for facilities in (1, 2)] == [
        "⟦%(reporting)s öf %(n)s fáçîlîtý répörtš.⟧",
        "⟦%(reporting)s öf %(n)s fáçîlîtîéš répört.⟧",
    ]
    marked = translations.gettext('<span translate="no">%(name)s</span> is silent since %(day)s.')
    assert marked == '⟦<span translate="no">%(name)s</span> îš šîléñt šîñçé %(day)s.⟧'
    assert translations.gettext("Not in any catalogue") == "Not in any catalogue"


@pytest.fixture
def reader(database: Database, settings: Settings) -> TestClient:
    app = create_app(settings.model_copy(update={"pseudo_locale": True}), database)
    return TestClient(app, headers={"Accept": "text/html"}, follow_redirects=False)


PSEUDO = '<html lang="en-x-pseudo"'


def test_the_language_is_asked_for_in_the_address_then_the_cookie_then_the_browser(
    reader: TestClient,
) -> None:
    assert PSEUDO not in reader.get("/").text
    assert PSEUDO in reader.get("/", headers={"Accept-Language": "qps-ploc"}).text
    assert PSEUDO in reader.get("/?lang=qps-ploc").text
    reader.cookies.set("lang", "qps-ploc")
    assert PSEUDO in reader.get("/", headers={"Accept-Language": "en"}).text
    assert PSEUDO not in reader.get("/?lang=en").text


def test_errors_speak_the_readers_language_too(reader: TestClient) -> None:
    answer = reader.get("/nothing?lang=qps-ploc", headers={"Accept": "*/*"})
    assert answer.json()["title"] == "⟦Théré îš ñö šûçh págé⟧"
    assert "⟦Théré îš ñö šûçh págé⟧" in reader.get("/nothing?lang=qps-ploc").text


def test_one_readers_language_does_not_stay_for_the_next(reader: TestClient) -> None:
    reader.get("/?lang=qps-ploc")
    assert PSEUDO not in reader.get("/").text


def test_no_text_hides_from_the_catalogue_inside_an_f_string() -> None:
    """Babel does not look into f-strings, so a text marked there would never be translated."""
    services = TEMPLATE.parents[1]
    hidden = [
        (path.name, node.lineno)
        for path in services.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id in ("_", "N_", "ngettext", "gettext")
    ]
    assert hidden == []
