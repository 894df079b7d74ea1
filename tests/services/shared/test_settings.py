from pathlib import Path

import pytest

from services.settings import Settings, SettingsError, environment_table, load_settings

REPOSITORY = Path(__file__).parents[3]

UNUSABLE = {
    "PORT": "eight-thousand-SECRET",
    "DATABASE_URL": "mysql://root:SECRET@localhost/x",
    "DATABASE_OWNER_URL": "SECRET",
    "FACILITY_ZONE": "Europe/SECRET",
    "PUBLIC_URL": "SECRET.example",
    "OIDC_ISSUER": "http://SECRET.example",
    "LOG_LEVEL": "SECRET",
    "MAX_BODY_MB": "-4711",
    "PSEUDO_LOCALE": "SECRET",
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*UNUSABLE, "THROUGHCARE_HOME", "HOST", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)


def test_the_page_of_environment_variables_is_current() -> None:
    written = (REPOSITORY / "deploy" / "environment.md").read_text(encoding="utf-8")
    assert written == environment_table(), "run: python -m services.settings > deploy/environment.md"


def test_every_setting_is_documented() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert isinstance(field.json_schema_extra, dict), name
        assert field.json_schema_extra["remedy"], name


@pytest.mark.parametrize(("name", "value"), UNUSABLE.items())
def test_a_value_that_cannot_be_used_is_named_in_one_line_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    message = str(refused.value)
    assert message.startswith(f"{name} cannot be used: set it to ")
    assert "\n" not in message
    assert "SECRET" not in message
    assert "4711" not in message
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


HALF_SET: tuple[dict[str, str], ...] = (
    {"OIDC_ISSUER": "https://SECRET.example"},
    {"OIDC_ISSUER": "https://SECRET.example", "OIDC_CLIENT_ID": "SECRET"},
    {"OIDC_CLIENT_ID": "SECRET", "OIDC_CLIENT_SECRET": "SECRET"},
    {"OIDC_TWO_FACTORS_AMR": "SECRET"},
    {"OIDC_TWO_FACTORS_ACR": "SECRET"},
)


@pytest.mark.parametrize("variables", HALF_SET)
def test_half_an_identity_provider_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match="OIDC_CLIENT_SECRET go together: set all three") as refused:
        load_settings()
    assert "SECRET.example" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_whole_one_is_taken_letter_for_letter_and_its_secret_does_not_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = {"ISSUER": "https://provider.example/realm/", "CLIENT_ID": "clinic", "CLIENT_SECRET": "4711"}
    for name, value in whole.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    settings = load_settings()
    assert settings.oidc_issuer == "https://provider.example/realm/"
    assert "4711" not in repr(settings)


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("THROUGHCARE_HOME", "")
    assert load_settings().port == 8000
    assert load_settings().home == Path("./var")


def test_the_home_is_not_that_of_the_person_who_starts_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    assert load_settings().home == Path("./var")
    monkeypatch.setenv("THROUGHCARE_HOME", "/srv/throughcare")
    assert load_settings().home == Path("/srv/throughcare")


def test_a_password_does_not_show_when_settings_are_printed() -> None:
    settings = Settings(database_url="postgresql://role:SECRET@localhost/x")  # type: ignore[arg-type]
    assert "SECRET" not in repr(settings)
    assert settings.database_url.get_secret_value().endswith("SECRET@localhost/x")


@pytest.mark.parametrize(
    ("public_url", "base_url", "is_https"),
    [
        ("", "http://localhost:8000", False),
        ("http://prison.lan/", "http://prison.lan", False),
        ("https://record.example", "https://record.example", True),
    ],
)
def test_the_base_address_is_the_public_one_if_there_is_one(
    public_url: str, base_url: str, is_https: bool
) -> None:
    settings = Settings(public_url=public_url)
    assert (settings.base_url, settings.is_https) == (base_url, is_https)
