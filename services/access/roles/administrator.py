"""Makes accounts, sets up facilities, devices and systems. No clinical record, and no clinical account."""

from services.access.roles.role import Role
from services.access.roles.rule import READING, WRITING, Purpose, of_nobody
from services.access.roles.types import DEVICES_AND_SYSTEMS, OTHER_ROLES, PLACES_AND_STAFF

ADMINISTRATOR = Role(
    code="administrator",
    title="Administrator",
    words="Makes accounts, sets up facilities, devices and systems. No clinical record, and no clinical account.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
    rules=(
        of_nobody(
            READING | WRITING,
            PLACES_AND_STAFF | {DEVICES_AND_SYSTEMS, OTHER_ROLES},
            {Purpose.ADMINISTRATION},
        ),
    ),
)
