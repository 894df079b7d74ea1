"""For whom a connection reads: the second wall, kept by PostgreSQL, whatever a statement asks for.

Row-level security shows a table to the walls that it was made for (``show_only_to`` in the migrations) and to nobody
else, the tables' owner included. What stands behind a wall was not asked for by mistake, or by somebody who found a
way to slip a statement in: the decision (``services.access.decision``) is the first wall and much finer.
"""

from enum import StrEnum

SETTING = "throughcare.sees"

SEES_RECORD = f"SET LOCAL {SETTING} = 'record'"
"""For the owner of the tables, who sees nothing either unless it says so."""


class Wall(StrEnum):
    """What a connection can see at all."""

    RECORD = "record"
    """Records of patients, as far as the decision shows them."""
    CUSTODY = "custody"
    """Who somebody is, in which prison, called where and when, fit for transfer or not."""
    NOBODY = "nobody"
    """Nothing about any patient: accounts, clients, tablets, figures."""

    @property
    def option(self) -> str:
        """For the options that a connection is made with, so that it costs no request anything."""
        return f"-c {SETTING}={self}"
