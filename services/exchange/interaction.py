"""What an interaction is: how it is asked, what it is asked with, what it answers.

Each interaction and operation of the FHIR API is a file with a function from ``Asked`` to ``Answer`` and a tuple
``INTERACTIONS`` that says under which methods and addresses it is called. The capabilities, the documentation and
the dispatch are made from these tuples alone. The same functions answer the entries of a batch.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import Connection

from fhir_store.conditional import Condition
from fhir_store.errors import NotFound
from fhir_store.gate import served
from fhir_store.json_text import ResourceText, parse
from fhir_store.keyring import Keyring
from fhir_store.search import Context
from fhir_store.sql import Sql
from fhir_store.store import Author, Store
from fhir_store.write import Saved, raw_cursor
from services.access.actors import require, require_in_part
from services.access.audit.kinds import Actor, AuditEvent, Circumstances
from services.access.audit.log.audit_log import AuditLog
from services.access.clients import Client
from services.access.decision import approval_of, may, role_sees, seen_by, takes_by_consent
from services.exchange.auditing import log_of
from services.exchange.held_terminology import codes_of
from services.exchange.links import Links
from services.exchange.outward import Outward
from services.exchange.problems import BadRequest, NotServed, UnsupportedMediaType, refuse_other_type
from services.exchange.record import Record
from services.shared.database import Database
from services.shared.house import KnownHouse

if TYPE_CHECKING:
    from services.exchange.catalogue import Catalogue

FHIR_JSON = "application/fhir+json"
JSON_TYPES = {FHIR_JSON, "application/json", "json"}
CHARSETS = {"utf-8", "utf8"}

FHIR_VERSION = "4.0"
"""As a media type names it. http://hl7.org/fhir/R4/http.html#version-parameter"""

Parameters = list[tuple[str, str]]

Follow = Callable[[Connection, Sequence[Saved]], None]


def nothing_follows(connection: Connection, saved: Sequence[Saved]) -> None:
    """Nothing follows on what clients write."""


IS_SEEN = "SELECT FROM fhir_store.current_resource c WHERE c.type = %s AND c.id = %s AND NOT c.deleted"


@dataclass(frozen=True)
class Exchange:
    """What the API works with. ``base`` is the URL by which a client reached it; at ``token_url`` it gets tokens."""

    database: Database
    store: Store
    links: Links
    catalogue: "Catalogue"
    audit: AuditLog
    house: KnownHouse
    token_url: str = ""
    base: str = ""
    follow: Follow = nothing_follows
    """What the program itself writes after what a client wrote, in its transaction."""
    followed: frozenset[str] = frozenset()
    """The types on which anything follows."""


@dataclass(frozen=True)
class Answer:
    """What is answered: ``text`` is FHIR JSON, None for no body.

    ``events`` is to be logged before it is answered: what it shows of anybody. What was written is logged already.
    """

    status: int
    text: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = FHIR_JSON
    _: KW_ONLY
    events: tuple[AuditEvent, ...]


@dataclass(frozen=True)
class Asked:
    """One request, or one entry of a batch. ``cursor`` commits each statement by itself."""

    exchange: Exchange
    interaction: "Interaction"
    client: Client
    cursor: psycopg.Cursor[Any]
    segments: Mapping[str, str]
    """What stands in the address: ``type``, ``id``, ``version``."""
    parameters: Parameters
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes = b""
    request_id: str | None = None
    """By which the request is named in the log."""
    address: str | None = None
    """The network address that it came from."""

    @property
    def circumstances(self) -> Circumstances:
        """Who asks, when and from where, as it is logged."""
        return Circumstances(
            Actor("client", self.client.name, self.client.role),
            datetime.now(UTC),
            facility=self.client.facility,
            request=self.request_id,
            address=self.address,
        )

    @property
    def type(self) -> str:
        return self.segments["type"]

    @property
    def id(self) -> str:
        return self.segments["id"]

    @property
    def keyring(self) -> Keyring:
        """The keys of the store."""
        return self.exchange.store.keyring

    @property
    def author(self) -> Author:
        """The client as the author of what it writes."""
        return Author(
            self.client.name,
            steward=self.client.scopes.steward,
            source=self.client.source,
            facility=self.client.facility,
            seen=self.role_sees,
            approve=approval_of(self.client, self.exchange.store.zone),
            log=log_of(self),
        )

    @property
    def context(self) -> Context:
        """What a search needs to know."""
        # What the client may only search takes part too, else a conditional create would never find what is there.
        return replace(
            self._all_seeing,
            visible=self.seen_by("read", "search"),
            visible_of=lambda types: self.seen_by("read", "search", only=types),
            telling=self._outward,
        )

    @property
    def record(self) -> Record:
        """The record as the client is told of it."""
        return Record(self.cursor, self.keyring, self._outward)

    @property
    def _outward(self) -> Outward | None:
        """How a system outside is told; None: it is none, and is told what is stored."""
        if not takes_by_consent(self.client):
            return None
        seen, facility = self.role_sees, self.client.facility
        assert seen is not None and facility is not None, "it has a role at a facility"  # noqa: PT018
        return Outward(self.cursor, self.exchange.house, facility, seen)

    def within(self, connection: Connection) -> "Asked":
        """The same asked inside a transaction."""
        return replace(self, cursor=raw_cursor(connection))

    @property
    def _all_seeing(self) -> Context:
        return Context(
            zone=self.exchange.store.zone,
            keyring=self.keyring,
            bases=frozenset({self.exchange.base}),
            value_set_codes=lambda reference: codes_of(self.cursor, self.keyring, reference),
        )

    @property
    def role_sees(self) -> Sql | None:
        """Which resources ``c`` the client's role shows, whatever its scopes allow; None: all."""
        return self._role_sees(None)

    def _role_sees(self, only: tuple[str, ...] | None) -> Sql | None:
        return role_sees(self.client, self.exchange.store.zone.key, only)

    def scopes_show(self, *interactions: str) -> Sql | None:
        """Which resources ``c`` the client's scopes show by one of the interactions; None: all."""
        return seen_by(self.client, interactions, self._all_seeing)

    def seen_by(self, *interactions: str, only: tuple[str, ...] | None = None) -> Sql | None:
        """Which resources ``c`` the client may see by one of the interactions: no chain or include leads to others.

        ``only``: the types of which ``c`` is known to be.
        """
        return _both(self.scopes_show(*interactions), self._role_sees(only))

    def condition(self) -> Condition:
        """The parameters as a condition that is to find one resource. Raises BadSearchValue if there are none."""
        return Condition(self.type, tuple(self.parameters))

    def require(self, interaction: str, type_: str | None = None) -> None:
        """Return if the client may do this. Raises Forbidden."""
        require(self.client, interaction, self.type if type_ is None else type_)

    def require_in_part(self, interaction: str, type_: str | None = None) -> None:
        """Return if the client may do this on some resources of the type at least. Raises Forbidden."""
        require_in_part(self.client, interaction, self.type if type_ is None else type_)

    def seen_to_read(self) -> Sql | None:
        """Which resources ``c`` of the type the client may read; None: all. Raises Forbidden if none."""
        self.require_in_part("read")
        role = self._role_sees((self.type,))
        return role if may(self.client, "read", self.type) else _both(self.scopes_show("read"), role)

    def require_read(self, id_: str) -> None:
        """Return if the client may read this resource, if there is one. Raises Forbidden, NotFound."""
        seen = self.seen_to_read()
        if seen is None:
            return
        self.cursor.execute(f"{IS_SEEN} AND {seen.text}", (self.type, id_, *seen.args))
        if self.cursor.fetchone() is None:
            raise NotFound

    def preference(self, name: str) -> str | None:
        """One of the client's preferences (``Prefer: return=minimal``)."""
        return preferences(self.headers.get("prefer", "")).get(name)

    def refuse_parameters(self) -> None:
        """Refuse any parameter in the address, where none has a meaning. Raises BadRequest."""
        if self.parameters:
            raise BadRequest(
                "This interaction takes no parameters but _format and _pretty.", code="not-supported"
            )

    def resource(self) -> ResourceText:
        """The body as a resource of the type in the address. Raises UnsupportedMediaType, Unreadable, OtherType."""
        resource = self.any_resource()
        refuse_other_type(resource, self.type)
        return resource

    def any_resource(self) -> ResourceText:
        """The body as one JSON object. Raises UnsupportedMediaType, Unreadable."""
        refuse_other_content(self.headers)
        return parse(self.body)


def _both(one: Sql | None, other: Sql | None) -> Sql | None:
    return one & other if one and other else one or other


@dataclass(frozen=True)
class Interaction:
    """A way to ask. ``code`` is FHIR's (``read``, ``search-type``), or an operation's name with its ``$``.

    ``path`` follows the base: ``{type}/{id}/_history``.
    """

    code: str
    method: str
    path: str
    answer: Callable[[Asked], Answer]
    public: bool = False
    types: tuple[str, ...] | None = None
    """The only types it is offered for; None for all."""
    brief: Callable[[Parameters], bool] = lambda _: False
    """Whether it waits for nothing but the cursor it is given and computes for less than about a millisecond."""

    @property
    def title(self) -> str:
        """What it does, in the first line of its function's docstring."""
        return (self.answer.__doc__ or "").strip().partition("\n")[0]

    def segments_of(self, address: list[str]) -> dict[str, str]:
        """The named parts of an address of this form. Raises NotServed for a type that is not held."""
        parts = zip(self.path.split("/"), address, strict=True) if self.path else ()
        segments = {form[1:-1]: part for form, part in parts if form.startswith("{")}
        named = [segments[name] for name in ("type", "member") if name in segments]
        if not all(served(type_) for type_ in named) or (self.types and named[0] not in self.types):
            raise NotServed
        return segments


def preferences(header: str) -> dict[str, str]:
    """The preferences of a Prefer header. RFC 7240."""
    parts = (part.strip().partition("=") for part in header.replace(";", ",").split(","))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in parts if name}


def refuse_other_content(headers: Mapping[str, str]) -> None:
    """Refuse a body that is not FHIR R4 JSON in UTF-8. Raises UnsupportedMediaType."""
    if not is_fhir_json(headers.get("content-type", "")):
        raise UnsupportedMediaType


def is_fhir_json(header: str) -> bool:
    """Whether a Content-Type is JSON, of the version and in the characters that are understood here."""
    _, *options = (part.strip().lower() for part in header.split(";"))
    given = {
        name.strip(): value.strip().strip('"') for name, _, value in (one.partition("=") for one in options)
    }
    return (
        media_type(header) in JSON_TYPES
        and given.get("charset", "utf-8") in CHARSETS
        and given.get("fhirversion", FHIR_VERSION) == FHIR_VERSION
    )


def media_type(header: str) -> str:
    """The media type without its parameters."""
    return header.partition(";")[0].strip().lower()
