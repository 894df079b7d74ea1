"""The cups that stand on the trays of a site: what the round hands out, and what is left of it afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from clinical.register.cup import Cup
from clinical.register.cups import COLUMNS, cup_in
from clinical.register.product import Form, StockProduct

# Of a container that was counted back nothing stands any more.
STANDING = f"""
SELECT * FROM (
    SELECT {COLUMNS}, c.poured_at, i.container, k.atc, k.form, k.strength
    FROM clinical.register_cup c
    JOIN clinical.register_issue i ON i.id = c.issue JOIN clinical.register_batch b ON b.id = i.batch
    JOIN clinical.register_book k ON k.id = i.book
    WHERE i.facility = %s AND i.closed_by IS NULL
) cups WHERE left_in_it > 0 ORDER BY container, number
"""  # noqa: S608 - our own text


@dataclass(frozen=True)
class Standing:
    """A cup that nobody has had.

    Attributes:
        container: the name of what it was poured from.
        product: what is in it.
        poured_at: when.
    """

    cup: Cup
    container: str
    product: StockProduct
    poured_at: datetime

    @property
    def label(self) -> str:
        """As it stands on the cup."""
        return f"{self.container}-{self.cup.number}"


def standing_at(cursor: psycopg.Cursor[Any], facility: str) -> list[Standing]:
    """Everything that stands at a site, by label."""
    return [
        Standing(cup_in(cup), container, StockProduct(atc, Form(form), strength), poured_at)
        for *cup, poured_at, container, atc, form, strength in cursor.execute(
            STANDING, (facility,)
        ).fetchall()
    ]
