"""The tables of the record store, all in the PostgreSQL schema ``fhir_store``.

``resource_version`` is the record: append-only, one row per version, never rewritten. ``current_resource``
points at the newest version of each resource. Every other table can be thrown away and derived again
(``rebuild``): the search index, the compartments and the projections.

Bodies are ``bytea`` made by ``seal``; no SQL looks inside one.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

SCHEMA = "fhir_store"
metadata = MetaData(schema=SCHEMA)

PLACES = "type IN ('HealthcareService', 'Location', 'Organization', 'PractitionerRole')"


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id, which never wraps around."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


class Table(SQLModel):
    """A table of the record store."""

    metadata = metadata


def _instant() -> TIMESTAMP:
    return TIMESTAMP(timezone=True)


class Installation(Table, table=True):
    """The one row that says what this database is."""

    __tablename__ = "installation"

    only: bool = Field(default=True, primary_key=True)
    epoch: int = Field(
        description="raised by every restore, so that old change-feed cursors still order rightly"
    )
    demo: bool = Field(default=False, description="every person in it is invented")
    index_version: int = Field(
        default=0,
        description="``index.VERSION`` of the program that derived the index; another asks for a rebuild",
    )
    sealed_through: int = Field(
        default=0,
        sa_column=Column(BigInteger, nullable=False, server_default=text("0")),
        description="the key up to which what an older program left open was sealed; below 0: all is",
    )


class CurrentResource(Table, table=True):
    """The newest version of each resource, deleted ones included."""

    __tablename__ = "current_resource"
    __table_args__ = (
        UniqueConstraint("type", "id"),
        Index("current_resource_by_type", "type", "key"),
        Index("current_resource_by_time", "type", "last_updated", "key"),
    )

    key: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    type: str
    id: str
    version: int
    seq: int = Field(sa_column=Column(BigInteger, nullable=False), description="the version row it points at")
    last_updated: datetime = Field(sa_type=_instant())
    deleted: bool = False
    owner: str = Field(description="the client that first wrote this id; others may not overwrite it")
    fingerprint: bytes = Field(
        sa_column=Column(LargeBinary, nullable=False),
        description="of the text as submitted: same again is no change",
    )
    labels: int = Field(
        default=0, sa_column_kwargs={"server_default": text("0")}, description="how sensitive, as bits"
    )
    facility: str | None = Field(default=None, description="the Organization that keeps the record")
    about_since: int = Field(
        default=1,
        sa_column_kwargs={"server_default": text("1")},
        description="the version since which it is about the same patients; earlier ones were about others",
    )


class ResourceVersion(Table, table=True):
    """One version of one resource, for ever. Also the change feed, read in the order (epoch, xid, seq)."""

    __tablename__ = "resource_version"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        Index("resource_version_feed", "epoch", "xid", "seq"),
        Index("resource_version_of_type", "type", "last_updated", "seq"),
        Index("resource_version_of_places", "xid", postgresql_where=text(PLACES)),
    )

    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    epoch: int = Field(
        sa_column=Column(Integer, nullable=False, server_default=text("fhir_store.current_epoch()"))
    )
    xid: int = Field(sa_column=Column(Xid8(), nullable=False, server_default=text("pg_current_xact_id()")))
    key: int = Field(sa_column=Column(BigInteger, nullable=False))
    type: str
    id: str
    version: int
    interaction: str = Field(description="create, update or delete")
    last_updated: datetime = Field(sa_type=_instant())
    author: str = Field(description="the client or user that wrote it")
    seal_key: int = Field(description="which key the body is sealed with; 0 is the null key")
    body: bytes | None = Field(sa_column=Column(LargeBinary), description="sealed; absent for a delete")
    labels: int = Field(
        default=0, sa_column_kwargs={"server_default": text("0")}, description="of this version, as bits"
    )
    facility: str | None = Field(default=None, description="the Organization that kept the record then")


class KeyEncryptionKey(Table, table=True):
    """A version of the key that wraps the others. It is not here; ``proof`` tells whether it is the right one."""

    __tablename__ = "key_encryption_key"

    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    proof: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = Field(sa_column=Column(_instant(), nullable=False, server_default=text("now()")))


class DataKey(Table, table=True):
    """A key that seals: a person's, the store's own, or that of the index. A destroyed one keeps only its number."""

    __tablename__ = "data_key"
    __table_args__ = (
        Index("data_key_of_person", "patient", unique=True),
        Index(
            "data_key_of_all",
            "purpose",
            unique=True,
            postgresql_where=text("purpose <> 'person' AND wrapped IS NOT NULL"),
        ),
        Index("data_key_by_kek", "kek"),
    )

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    purpose: str = Field(description="person, store or index")
    patient: str | None = Field(default=None, description="the id of the Patient whose it is")
    wrapped: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    kek: int | None = Field(
        default=None,
        foreign_key="fhir_store.key_encryption_key.version",
        description="version of the key that it is wrapped by",
    )
    made_at: datetime = Field(sa_column=Column(_instant(), nullable=False, server_default=text("now()")))
    destroyed_at: datetime | None = Field(default=None, sa_type=_instant())


class IndexRow(Table):
    """What every search-index row carries. Who may be shown it is said once, by the resource that ``key`` names.

    ``param`` is ``fhir_store.search_values.param_id`` of a type and a parameter's name: one number instead of two
    texts, because there are ten such rows for every resource and each is in two indexes.
    """

    key: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    param: int = Field(sa_type=Integer, primary_key=True, sa_column_kwargs={"autoincrement": False})


class TokenIndex(IndexRow, table=True):
    """A code, identifier or boolean that a token parameter finds."""

    __tablename__ = "index_token"
    __table_args__ = (
        Index("index_token_search", "param", "code", "system", "key"),
        Index("index_token_of", "key"),
    )

    system: str = Field(primary_key=True)
    code: str = Field(primary_key=True)


class StringIndex(IndexRow, table=True):
    """A text that a string parameter finds by its folded beginning, or a URI, which is not folded."""

    __tablename__ = "index_string"
    __table_args__ = (Index("index_string_search", "param", "value", "key"), Index("index_string_of", "key"))

    value: str = Field(primary_key=True)
    exact: str | None = Field(default=None, description="as it was written; absent for a URI")


class BlindIndex(IndexRow, table=True):
    """A beginning of a text that tells who somebody is, or the whole of it, as a keyed hash that says of which parameter."""

    __tablename__ = "index_blind"
    __table_args__ = (Index("index_blind_search", "value"), Index("index_blind_of", "key"))

    value: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})


class ReferenceIndex(IndexRow, table=True):
    """A reference that a reference parameter finds; ``url`` is set for a target outside this store."""

    __tablename__ = "index_reference"
    __table_args__ = (
        Index("index_reference_search", "param", "target_id", "target_type", "key"),
        Index("index_reference_url", "param", "url", "key", postgresql_where=text("url <> ''")),
        Index("index_reference_to", "target_type", "target_id"),
        Index("index_reference_of", "key"),
    )

    target_type: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True)
    url: str = Field(primary_key=True)


class DateIndex(IndexRow, table=True):
    """The half-open stretch of time that a date parameter finds; open ends are the infinities."""

    __tablename__ = "index_date"
    # By its end too: "since Monday" is whatever ends after Monday's beginning.
    __table_args__ = (
        Index("index_date_search", "param", "low", "high", "key"),
        Index("index_date_until", "param", "high", "key"),
        Index("index_date_of", "key"),
    )

    low: datetime = Field(sa_type=_instant(), primary_key=True)
    high: datetime = Field(sa_type=_instant(), primary_key=True)


class QuantityIndex(IndexRow, table=True):
    """From ``low`` to ``high``, both included, what a quantity or number parameter finds; no unit is an empty text."""

    __tablename__ = "index_quantity"
    __table_args__ = (
        Index("index_quantity_search", "param", "low", "high", "key"),
        Index("index_quantity_of", "key"),
    )

    system: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    low: Decimal = Field(sa_type=Numeric, primary_key=True)
    high: Decimal = Field(sa_type=Numeric, primary_key=True)


class CompositeIndex(Table, table=True):
    """A code and what stands beside it in the same element; only the columns of the second's kind are filled."""

    __tablename__ = "index_composite"
    __table_args__ = (
        Index("index_composite_search", "param", "code", "system", "key"),
        Index("index_composite_of", "key"),
    )

    # A row may be there twice and mean the same; PostgreSQL has no primary key on this table.
    key: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    param: int = Field(sa_type=Integer, primary_key=True, sa_column_kwargs={"autoincrement": False})
    system: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    value_system: str | None = Field(default=None, description="of a token or quantity")
    value_code: str | None = Field(default=None, description="of a token or quantity")
    value_unit: str | None = Field(default=None, description="of a quantity")
    value_text: str | None = Field(default=None, description="of a string, folded")
    value_low: Decimal | None = Field(default=None, sa_type=Numeric, description="of a quantity")
    value_high: Decimal | None = Field(default=None, sa_type=Numeric)
    value_since: datetime | None = Field(default=None, sa_type=_instant(), description="of a date")
    value_until: datetime | None = Field(default=None, sa_type=_instant())
    value_target_type: str | None = Field(default=None, description="of a reference")
    value_target_id: str | None = None
    value_url: str | None = None


class Compartment(Table, table=True):
    """Which resources lie in which patient's compartment; a resource may lie in several."""

    __tablename__ = "compartment"
    __table_args__ = (Index("compartment_of", "key"),)

    patient: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    key: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})


class Answered(Table, table=True):
    """What was answered to a request that carried an Idempotency-Key, so that the same again gets the same."""

    __tablename__ = "answered"
    __table_args__ = (Index("answered_by_age", "answered_at"),)

    client: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request: bytes = Field(sa_type=LargeBinary, description="fingerprint of the request")
    answered_at: datetime = Field(sa_type=_instant())
    seal_key: int
    answer: bytes = Field(sa_type=LargeBinary, description="sealed")


class Source(Table, table=True):
    """Another system whose records were taken over; its ids and addresses are known from then on."""

    __tablename__ = "source"

    uri: str = Field(primary_key=True)
    first_seen: datetime = Field(sa_column=Column(_instant(), nullable=False, server_default=text("now()")))


class LoadProgress(Table, table=True):
    """A batch of a file that is in, while the load it belongs to is not finished."""

    __tablename__ = "load_progress"

    load: bytes = Field(
        sa_type=LargeBinary, primary_key=True, description="digest of the file and its source"
    )
    batch: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    outcome: dict[str, Any] = Field(
        sa_column=Column(JSONB, nullable=False), description="counts, and what was not taken; no values"
    )


class OpenReference(Table, table=True):
    """A loaded resource with a conditional reference that has no single answer yet, and where it was found."""

    __tablename__ = "open_reference"

    key: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    file: str
    place: int = Field(description="line of the file, or entry of the Bundle, from 1")
