"""Who here stands for which version of which Consent: whoever wrote it down here, or confirmed what came from elsewhere."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

KEEP = text("""
INSERT INTO clinical.confirmed_consent (consent_id, version, account, at) VALUES (:consent, :version, :account, :at)
ON CONFLICT (consent_id, version) DO NOTHING
""")
OF = text("""
SELECT f.consent_id, f.version, a.display_name FROM clinical.confirmed_consent f
LEFT JOIN access.account a ON a.id = f.account WHERE f.consent_id = ANY(:consents)
""")


class Version(NamedTuple):
    """One version of a Consent."""

    consent: str
    number: int


def confirm(connection: Connection, version: Version, account: UUID, at: datetime) -> None:
    """Keep that somebody stands for it. Who did so first is kept."""
    values = {"consent": version.consent, "version": version.number, "account": account, "at": at}
    connection.execute(KEEP, values)


def confirmed(connection: Connection, consents: list[str]) -> Mapping[Version, str]:
    """The versions of some Consents for which somebody stands, and how they are called."""
    rows = connection.execute(OF, {"consents": consents}).all()
    return {Version(consent, number): name or "" for consent, number, name in rows}
