"""A dose, or a spill, that fits in no book yet: it is not lost, a discrepancy names it, and an act gives it its line."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from at_the_window import Window, an_event
from dispensary import METHADONE, TABLETS, WEAKER, Dispensary
from oat import DAY
from round_prison import PRISON, a_person, put
from sqlalchemy import text

from clinical.oat.round.flags import Flag
from clinical.register.errors import AmountRefused, NotMeasurable
from clinical.register.placing import Place, place
from clinical.register.verification import lines_that_do_not_hold
from fhir_store.store import Store
from services.shared.database import Database

NOBODYS = "00000000-0000-0000-0000-0000000000ff"
THREE = replace(METHADONE, strength=Decimal(3))


@pytest.fixture
def window(database: Database, store: Store) -> Window:
    put(database, store, [*a_person("p1"), *a_person("p2")])
    return Window(database, store)


@pytest.fixture
def safe(database: Database) -> Dispensary:
    return Dispensary(database, facility=PRISON, day=DAY)


def rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    with database.transaction() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def waiting(database: Database) -> list[tuple[Any, ...]]:
    """What was found, and what is known of the dose."""
    return rows(
        database,
        "SELECT d.found_by, d.amount, g.kind, g.mg, g.ml, g.issue FROM clinical.register_discrepancy d"
        " JOIN clinical.register_dose g ON g.event = d.event",
    )


def drawn(database: Database) -> list[tuple[Any, ...]]:
    return rows(
        database,
        "SELECT kind, amount, issue FROM clinical.register_line WHERE kind IN ('dose', 're-dose', 'spill')",
    )


def the_one(database: Database) -> UUID:
    ((found,),) = rows(database, "SELECT id FROM clinical.register_discrepancy")
    return UUID(str(found))


def is_open(database: Database) -> bool:
    return not rows(database, "SELECT FROM clinical.register_discrepancy_closing")


def placed(safe: Dispensary, where: Place) -> None:
    safe.run(lambda c: place(c, safe.by(), the_one(safe.database), where, "the morning's bottle"))
    assert not is_open(safe.database)
    assert safe.run(lambda c: list(lines_that_do_not_hold(c))) == []


def test_of_two_strengths_and_no_container_it_waits_and_is_placed_in_the_book_it_was_of(
    window: Window, safe: Dispensary, database: Database
) -> None:
    safe.receives(1000)
    weak = safe.receives(1000, WEAKER, lot="L2")
    bottle = safe.issues(weak, 500)
    event = an_event()
    assert window.send(event).kept.flags == (Flag.STOCK,)
    assert waiting(database) == [("no-container", 0, "dose", 60, None, None)]
    placed(safe, Place(weak, bottle))
    assert drawn(database) == [("dose", 12, bottle)]
    window.send(an_event(kind="entered-in-error", of=event["id"]))
    assert safe.in_it(bottle) == 500, "and is taken back from there"


def test_or_in_the_other_one(window: Window, safe: Dispensary, database: Database) -> None:
    strong = safe.receives(1000)
    safe.issues(safe.receives(1000, WEAKER, lot="L2"), 500)
    window.send(an_event(mL="6"))
    placed(safe, Place(strong))
    assert drawn(database) == [("dose", 6, None)]


def test_taken_back_while_it_waits_is_noted(window: Window, safe: Dispensary, database: Database) -> None:
    safe.receives(1000)
    safe.receives(1000, WEAKER, lot="L2")
    event = an_event()
    window.send(event)
    window.send(an_event(kind="entered-in-error", of=event["id"]))
    assert rows(database, "SELECT step FROM clinical.register_discrepancy_step") == [("taken-back",)]


def test_of_a_container_that_nobody_knows_it_waits(
    window: Window, safe: Dispensary, database: Database
) -> None:
    batch = safe.receives(1000)
    assert window.send(an_event(container=NOBODYS)).kept.flags == (Flag.STOCK,)
    assert waiting(database) == [("no-container", -6, "dose", 60, None, UUID(NOBODYS))]
    placed(safe, Place(batch))
    assert drawn(database) == [("dose", 6, None)]


def test_so_many_mg_that_are_no_amount_wait_until_somebody_says_how_much_it_was(
    window: Window, safe: Dispensary, database: Database
) -> None:
    batch = safe.receives(1000, THREE)
    bottle = safe.issues(batch, 500)
    window.send(an_event(kind="partial", mg="40", container=str(bottle)))
    assert waiting(database) == [("no-amount", 0, "dose", 40, None, bottle)]
    with pytest.raises(NotMeasurable):
        placed(safe, Place(batch, bottle))
    with pytest.raises(AmountRefused):
        placed(safe, Place(batch, bottle, Decimal(0)))
    placed(safe, Place(batch, bottle, Decimal("13.3")))
    assert drawn(database) == [("dose", Decimal("13.3"), bottle)]


def test_how_much_is_not_said_anew_where_it_is_known(
    window: Window, safe: Dispensary, database: Database
) -> None:
    batch = safe.receives(1000)
    window.send(an_event())
    placed(safe, Place(batch, amount=Decimal(1)))
    assert drawn(database) == [("dose", 6, None)]


def test_a_spill_that_arrives_after_its_container_was_counted_back_is_drawn_like_a_late_dose(
    window: Window, safe: Dispensary, database: Database
) -> None:
    bottle = safe.issues(safe.receives(1000), 500)
    safe.counts_back(bottle, 500)
    event = an_event(kind="spilled", mL="6", container=str(bottle))
    assert window.send(event).kept.flags == (Flag.STOCK,)
    assert drawn(database) == [("spill", 6, bottle)]
    assert rows(database, "SELECT found_by, amount, issue FROM clinical.register_discrepancy") == [
        ("after-close", 6, bottle)
    ]


@pytest.mark.parametrize("back_since", [False, True])
def test_a_wrong_tap_on_spilled_is_undone_in_the_book_too(
    window: Window, safe: Dispensary, database: Database, back_since: bool
) -> None:
    bottle = safe.issues(safe.receives(1000), 500)
    event = an_event(kind="spilled", mL="6", container=str(bottle))
    window.send(event)
    if back_since:
        safe.counts_back(bottle, 494)
    undone = window.send(an_event(kind="entered-in-error", of=event["id"]))
    assert (undone.kept.flags == (Flag.STOCK,)) is back_since
    assert rows(database, "SELECT kind, amount, takes_back FROM clinical.register_line ORDER BY number DESC LIMIT 1") == [
        ("correction", 6, 3)
    ]  # fmt: skip
    assert safe.in_it(bottle) == (6 if back_since else 500)
    assert safe.run(lambda c: list(lines_that_do_not_hold(c))) == []


def test_a_spill_of_one_who_says_nothing_of_a_second_person_is_entered_all_the_same(
    window: Window, safe: Dispensary, database: Database
) -> None:
    bottle = safe.issues(safe.receives(1000), 500)
    window.send(an_event(kind="spilled", container=str(bottle), witness=None))
    assert drawn(database) == [("spill", 6, bottle)]


def test_a_spill_of_no_container_waits_like_a_dose(
    window: Window, safe: Dispensary, database: Database
) -> None:
    batch = safe.receives(1000)
    assert window.send(an_event(kind="spilled")).kept.flags == (Flag.STOCK,)
    assert waiting(database) == [("no-container", -6, "spill", 60, None, None)]
    bottle = safe.issues(batch, 500)
    placed(safe, Place(batch, bottle))
    assert drawn(database) == [("spill", 6, bottle)]


def test_where_there_is_no_book_to_wait_in_somebody_has_to_look(
    window: Window, safe: Dispensary, database: Database
) -> None:
    window.send(an_event())
    event = an_event("p2", container=str(uuid4()))
    assert window.send(event).kept.flags == (Flag.NOT_IN_REGISTER,)
    assert window.to_work_off() == [event["id"]], "nothing else would say so"
    assert rows(database, "SELECT FROM clinical.register_discrepancy") == []


def test_out_of_a_container_of_another_medicine_nothing_is_drawn_and_the_dose_waits_in_its_own_book(
    window: Window, safe: Dispensary, database: Database
) -> None:
    safe.receives(1000)
    other = safe.receives(100, TABLETS, lot="L3")
    strip = safe.issues(other, 50, "T1")
    assert window.send(an_event(container=str(strip))).kept.flags == (Flag.STOCK,)
    assert drawn(database) == []
    ((found_by, *_, issue),) = waiting(database)
    assert issue is None
    assert found_by
    assert safe.in_it(strip) == 50
