"""The table of who here stands for which version of which Consent (docs/decisions/0018)."""

from sqlalchemy import Column, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.stay import metadata

confirmed_consent = Table(
    "confirmed_consent",
    metadata,
    Column("consent_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("account", Uuid, nullable=False),
    Column("at", TIMESTAMP(timezone=True), nullable=False),
)
