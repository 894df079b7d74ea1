"""What the record and the register say of the doses of a round, to be laid beside what was tapped."""

from collections.abc import Iterable
from decimal import Decimal

from services.shared.database import Database

TAKEN = frozenset({"given", "partial", "mouth-check-failed", "re-dose"})
"""The kinds of event after which somebody has swallowed something."""

IN_RECORD = """
SELECT source_id, mg FROM clinical.oat_event WHERE taken AND source_id IN (SELECT id::text FROM clinical.round_event)
"""
IN_REGISTER = """
SELECT l.event::text, l.amount FROM clinical.register_line l WHERE l.kind IN ('dose', 're-dose')
    AND NOT EXISTS (SELECT FROM clinical.register_line t WHERE t.book = l.book AND t.takes_back = l.number)
"""
BALANCE = "SELECT sum(balance) FROM clinical.register_book"


def in_record(database: Database) -> dict[str, Decimal]:
    """The doses that stand in the record, in mg, by the number of their event."""
    with database.cursor() as cursor:
        return dict(cursor.execute(IN_RECORD).fetchall())


def in_register(database: Database) -> list[tuple[str, Decimal]]:
    """The doses that stand in the register, in its unit, by the number of their event: twice, if one was drawn twice."""
    with database.cursor() as cursor:
        return sorted(cursor.execute(IN_REGISTER).fetchall())


def balance(database: Database) -> Decimal:
    """What there should be by the books."""
    with database.cursor() as cursor:
        row = cursor.execute(BALANCE).fetchone()
    return Decimal(row[0]) if row and row[0] is not None else Decimal()


def as_entered(doses: Iterable[tuple[str, Decimal]], strength: Decimal) -> list[tuple[str, Decimal]]:
    """Doses in mg as a register of a solution of so many mg per mL has them."""
    return sorted((event, (mg / strength).quantize(Decimal("0.001"))) for event, mg in doses)
