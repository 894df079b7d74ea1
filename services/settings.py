"""Every setting of the program, read once from the environment.

``python -m services.settings`` prints the table that ``deploy/environment.md`` holds.
"""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AliasGenerator,
    Field,
    PlainValidator,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from services.access.remote import is_safe
from services.shared.key_places import KeyPlace, KeyPlaces, key_place

HALF_A_PROVIDER = "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together: set all three, or leave every OIDC setting empty."
from clinical.protocols import BadProtocol, law_of

POSTGRES_SCHEMES = ("postgresql", "postgresql+psycopg")


class SettingsError(Exception):
    """A setting cannot be used. The message names it and says what to do; it never repeats the value."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError from None
    return name


def _web_address(address: str) -> str:
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError
    return address.rstrip("/")


def _issuer(address: str) -> str:
    # Kept as it is written: a slash at the end makes it another issuer.
    parts = urlsplit(address)
    if address and (
        not is_safe(address) or not parts.hostname or parts.username or parts.query or parts.fragment
    ):
        raise ValueError
    return address


def _postgres_url(url: SecretStr) -> SecretStr:
    if not url:
        return url
    try:
        scheme = make_url(url.get_secret_value()).drivername
    except (ArgumentError, ValueError):
        raise ValueError from None
    if scheme not in POSTGRES_SCHEMES:
        raise ValueError
    return url


PostgresUrl = Annotated[SecretStr, AfterValidator(_postgres_url)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Issuer = Annotated[str, AfterValidator(_issuer)]
Zone = Annotated[str, AfterValidator(_known_zone)]


def _protocol(country: str) -> str:
    try:
        law_of(country)
    except (BadProtocol, OSError, ValueError):
        raise ValueError from None
    return country


Protocol = Annotated[str, AfterValidator(_protocol)]

Keys = Annotated[KeyPlace, NoDecode, PlainValidator(key_place)]
A_PLACE_OF_KEYS = (
    "a folder this program may write to, or pkcs11:token=NAME;object=NAME?module-path=/FILE.so&pin-source=file:/FILE "
    "without a PIN in it"
)


def _remedy(what_to_set: str) -> dict[str, Any]:
    return {"remedy": what_to_set}


class Settings(BaseSettings):
    """What an installation may choose. Each field is one environment variable."""

    # pydantic reads a field from its alias and also from prefix + name. Without the prefix the latter would
    # take the home from HOME, which is the person's and not ours.
    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_ignore_empty=True,
        env_prefix="THROUGHCARE_",
        alias_generator=AliasGenerator(validation_alias=str.upper),
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    home: Path = Field(
        Path("./var"),
        validation_alias="THROUGHCARE_HOME",
        description="Folder for all that this installation keeps: the embedded database, its lock, and the secret keys. "
        "Back up `credentials.key` apart from the database: without it no one-time code and no PIN works.",
        json_schema_extra=_remedy("a folder this program may write to"),
    )
    database_url: PostgresUrl = Field(
        SecretStr(""),
        description="PostgreSQL 16 or newer, as the role the server uses, which owns no table. "
        "Empty: a private PostgreSQL inside THROUGHCARE_HOME.",
        json_schema_extra=_remedy("postgresql://ROLE:PASSWORD@HOST:PORT/DATABASE, or leave it empty"),
    )
    database_owner_url: PostgresUrl = Field(
        SecretStr(""),
        description="The same database as the role that owns the tables; only `throughcare migrate` uses it. "
        "Empty: DATABASE_URL.",
        json_schema_extra=_remedy("postgresql://ROLE:PASSWORD@HOST:PORT/DATABASE, or leave it empty"),
    )
    record_keys: Keys | None = Field(
        None,
        description="Folder of `record-1.key` and its successors, which open the record: on another disk than the "
        "database, so that who takes one has not both. Or a token that holds them, as a PKCS#11 URI (RFC 7512) that names "
        "the file of the PIN ([keys-in-a-token.md](keys-in-a-token.md)). Back it up apart from the database: without it "
        "nobody can read the record. Empty: THROUGHCARE_HOME.",
        json_schema_extra=_remedy(f"{A_PLACE_OF_KEYS}, or leave it empty"),
    )
    record_keys_before: Keys | None = Field(
        None,
        description="Where they lay before, in the same form, while they move: set both, start every program again, then "
        "`throughcare key rotate`. Empty: they do not move.",
        json_schema_extra=_remedy(f"{A_PLACE_OF_KEYS}, or leave it empty"),
    )
    host: str = Field(
        "127.0.0.1",
        description="Address to listen on. Keep the default behind a reverse proxy.",
        json_schema_extra=_remedy("an address of this machine, such as 127.0.0.1"),
    )
    port: int = Field(
        8000,
        ge=1,
        le=65535,
        description="TCP port to listen on.",
        json_schema_extra=_remedy("a whole number from 1 to 65535"),
    )
    public_url: WebAddress = Field(
        "",
        description="The address people and partner systems type. With https, browsers are told to insist on it "
        "and cookies travel encrypted only. Empty: http://localhost:PORT.",
        json_schema_extra=_remedy("an address that starts with https:// or http://, or leave it empty"),
    )
    facility_zone: Zone = Field(
        "Europe/Podgorica",
        description="IANA time zone of the facilities: decides which civil day a dose belongs to.",
        json_schema_extra=_remedy("an IANA zone such as Europe/Podgorica"),
    )
    language: str = Field(
        "en",
        description="Language of a page when neither its reader nor the browser asks for one we have. "
        "A list separated by colons, as in GNU gettext; the first that exists is taken, else English.",
        json_schema_extra=_remedy("a language code such as en"),
    )
    pseudo_locale: bool = Field(
        False,
        description="Offer the made-up language qps-ploc, which shows text that nobody can translate. For tests.",
        json_schema_extra=_remedy("true or false"),
    )
    country: Protocol = Field(
        "",
        description="The country's law and numbers: the name of a file in `clinical/protocols`, or the path of a TOML file of "
        "that form. Empty: nothing is set, and whatever the law decides takes the stricter path. A demo is in the "
        "demonstration country.",
        json_schema_extra=_remedy(
            "the name of a file in clinical/protocols or the path of one of that form, or leave it empty"
        ),
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO",
        description="The least important line worth writing to the log.",
        json_schema_extra=_remedy("DEBUG, INFO, WARNING or ERROR"),
    )
    ministry_confidential: bool = Field(
        False,
        description="Serve the ministry's confidential view, with full counts of real people, to people who sign in and "
        "were granted the role `confidential_recipient` without a facility. A demo shows it to anyone.",
        json_schema_extra=_remedy("true or false"),
    )
    lock_after_minutes: int = Field(
        5,
        ge=2,
        le=10,
        description="Minutes without a touch after which the session on a registered tablet locks and asks for the PIN. "
        "The screen hides after 30 seconds. Proposed.",
        json_schema_extra=_remedy("a whole number from 2 to 10"),
    )
    fhir_threads: int = Field(
        16,
        ge=1,
        le=64,
        description="How many FHIR requests are worked on at once; each may hold a connection to the database.",
        json_schema_extra=_remedy("a whole number from 1 to 64"),
    )
    max_body_mb: int = Field(
        20,
        ge=1,
        le=1024,
        description="Largest request body in megabytes (1,000,000 bytes); a longer one is refused with 413.",
        json_schema_extra=_remedy("a whole number from 1 to 1024"),
    )

    oidc_issuer: Issuer = Field(
        "",
        description="Issuer of the identity provider (OpenID Connect) by whose sign-in people may come in, once they have "
        "linked their account to it. It is registered there as a confidential client with the redirect URI "
        "`PUBLIC_URL/sign-in/elsewhere/back`. Empty: off.",
        json_schema_extra=_remedy(
            "an address that starts with https://, exactly as the provider states it, or leave it empty"
        ),
    )
    oidc_client_id: str = Field(
        "",
        description="Client id of this installation there.",
        json_schema_extra=_remedy(
            "the client id, together with OIDC_ISSUER and OIDC_CLIENT_SECRET, or leave all three empty"
        ),
    )
    oidc_client_secret: SecretStr = Field(
        SecretStr(""),
        description="Client secret of this installation there.",
        json_schema_extra=_remedy(
            "the client secret, together with OIDC_ISSUER and OIDC_CLIENT_ID, or leave all three empty"
        ),
    )
    oidc_two_factors_acr: str = Field(
        "",
        description="Values of `acr`, separated by blanks, by which the provider says that it has asked for two factors. "
        "Where it says none of these, nor one of OIDC_TWO_FACTORS_AMR, the second factor is asked here.",
        json_schema_extra=_remedy("values separated by blanks, together with OIDC_ISSUER, or leave it empty"),
    )
    oidc_two_factors_amr: str = Field(
        "",
        description="The same for values of `amr`, such as `mfa`.",
        json_schema_extra=_remedy("values separated by blanks, together with OIDC_ISSUER, or leave it empty"),
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Half a provider is none: whoever has set a part of it believes that it works."""
        needed = (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret.get_secret_value())
        others = (self.oidc_two_factors_acr.strip(), self.oidc_two_factors_amr.strip())
        if any((*needed, *others)) and not all(needed):
            raise PydanticCustomError("half_a_provider", HALF_A_PROVIDER)
        return self

    @property
    def key_places(self) -> KeyPlaces:
        """Where the keys lie that open the record."""
        return KeyPlaces(self.record_keys or self.home, self.record_keys_before)

    @property
    def base_url(self) -> str:
        """Where the program is reached, without a slash at the end."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def is_https(self) -> bool:
        """Whether people reach the program over TLS."""
        return self.public_url.startswith("https://")


def load_settings() -> Settings:
    """The settings in the environment. Raises SettingsError, one line, for the first that cannot be used."""
    try:
        return Settings()
    except ValidationError as invalid:
        first = invalid.errors(include_input=False, include_context=False)[0]
        # What is wrong with several together names them itself.
        raise SettingsError(_complaint(str(first["loc"][0])) if first["loc"] else first["msg"]) from None


def _complaint(name: str) -> str:
    by_variable = {_variable(field_name, field): field for field_name, field in Settings.model_fields.items()}
    field = by_variable.get(name.upper()) or Settings.model_fields[name]
    return f"{name.upper()} cannot be used: set it to {_remedy_of(field)}."


def _variable(name: str, field: FieldInfo) -> str:
    return str(field.validation_alias or name).upper()


def _remedy_of(field: FieldInfo) -> str:
    assert isinstance(field.json_schema_extra, dict)
    return str(field.json_schema_extra["remedy"])


def _default(field: FieldInfo) -> str:
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Path):
        return f"`./{value}`"
    return f"`{value}`" if value not in ("", None) else "empty"


def environment_table() -> str:
    """``deploy/environment.md``: each environment variable, its default and its meaning."""
    lines = [
        "# Environment variables",
        "",
        "Read once, at start. A value that cannot be used stops the program with one line that names the setting.",
        "This page is printed by `python -m services.settings`.",
        "",
        "| name | default | meaning | may be |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{_variable(name, field)}` | {_default(field)} | {field.description} | {_remedy_of(field)} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(environment_table())
