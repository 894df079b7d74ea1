"""The facilities at which somebody treats: elsewhere records are kept by another system."""

from sqlalchemy import Connection, text

from services.access.decision.people import organization
from services.access.people.holdings import is_clinical

GRANTED = text("SELECT DISTINCT role, facility FROM access.role_grant WHERE revoked_at IS NULL")


def staffed(connection: Connection) -> list[str]:
    """The Organizations at which somebody has a clinical role."""
    granted = connection.execute(GRANTED).all()
    found = {organization(row.facility) for row in granted if is_clinical(row.role)}
    return sorted(one for one in found if one is not None)
