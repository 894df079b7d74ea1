"""The tables of the record store, all in the PostgreSQL schema ``fhir_store``.

``resource_version`` is the record: append-only, one row per version, never rewritten. ``current_resource``
points at the newest version of each resource. Every other table can be thrown away and derived again
(``rebuild``): the search index, the compartments and the projections.

Bodies are ``bytea`` made by ``seal``; no SQL looks inside one.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

SCHEMA = "fhir_store"
metadata = MetaData(schema=SCHEMA)


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


class CurrentResource(Table, table=True):
    """The newest version of each resource, deleted ones included."""

    __tablename__ = "current_resource"
    __table_args__ = (UniqueConstraint("type", "id"), Index("current_resource_by_type", "type", "key"))

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


class ResourceVersion(Table, table=True):
    """One version of one resource, for ever. Also the change feed, read in the order (epoch, xid, seq)."""

    __tablename__ = "resource_version"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        Index("resource_version_feed", "epoch", "xid", "seq"),
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


class IndexRow(Table):
    """What every search-index row carries: whose it is and who may be shown it, so that SQL can filter."""

    key: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    type: str
    param: str = Field(primary_key=True)
    facility: str | None = Field(
        default=None, description="the Organization whose record it is, if it says so"
    )
    labels: list[str] = Field(sa_type=ARRAY(Text), description="security labels of the resource")


class TokenIndex(IndexRow, table=True):
    """A code, identifier or boolean that a token parameter finds."""

    __tablename__ = "index_token"
    __table_args__ = (Index("index_token_search", "type", "param", "code", "system", "key"),)

    system: str = Field(primary_key=True)
    code: str = Field(primary_key=True)


class ReferenceIndex(IndexRow, table=True):
    """A reference that a reference parameter finds; ``url`` is set for a target outside this store."""

    __tablename__ = "index_reference"
    __table_args__ = (
        Index("index_reference_search", "type", "param", "target_id", "target_type", "key"),
        Index("index_reference_to", "target_type", "target_id"),
    )

    target_type: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True)
    url: str = Field(primary_key=True)
    identifier_system: str = Field(primary_key=True)
    identifier_value: str = Field(primary_key=True)


class DateIndex(IndexRow, table=True):
    """The half-open stretch of time that a date parameter finds; open ends are the infinities."""

    __tablename__ = "index_date"
    __table_args__ = (Index("index_date_search", "type", "param", "low", "high"),)

    low: datetime = Field(sa_type=_instant(), primary_key=True)
    high: datetime = Field(sa_type=_instant(), primary_key=True)


class Compartment(Table, table=True):
    """Which resources lie in which patient's compartment; a resource may lie in several."""

    __tablename__ = "compartment"
    __table_args__ = (Index("compartment_of", "key"),)

    patient: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    key: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
