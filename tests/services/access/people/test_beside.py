"""A second person proves beside the first who they are, by their own PIN on this tablet."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from services.access.people.beside import WRONG_PINS, Beside, Proof
from services.access.people.devices import Registered, record_device
from services.access.people.keys import CredentialKeys
from services.access.people.pins import Pins
from services.shared.database import Database

PIN = "480173"


@pytest.fixture
def beside(database: Database, hashing, keys: CredentialKeys) -> Beside:
    return Beside(database, hashing, keys)


@pytest.fixture
def with_pin(ana, begun, pins: Pins, tablet: Registered, at: datetime):
    """Ana has chosen a PIN on the tablet."""
    pins.choose(begun(ana.account, tablet.id).token, tablet.token, PIN, at)
    return ana


def test_the_pin_chosen_on_this_tablet_proves_it(
    beside: Beside, with_pin, tablet: Registered, at: datetime
) -> None:
    assert beside.prove(with_pin.account, tablet.id, PIN, at) is Proof.PROVED
    assert beside.prove(with_pin.account, tablet.id, "305918", at) is Proof.WRONG


def test_on_another_tablet_it_proves_nothing(
    beside: Beside, with_pin, database: Database, at: datetime
) -> None:
    with database.transaction() as connection:
        other = record_device(connection, "Round 2", "Location/north", with_pin.account, at)
    assert beside.prove(with_pin.account, other.id, PIN, at) is Proof.NO_PIN


def test_a_closed_account_proves_nothing(
    beside: Beside, with_pin, tablet: Registered, database: Database, at: datetime
) -> None:
    with database.transaction() as connection:
        connection.execute(text("UPDATE access.account SET closed_at = now(), closed_by = id"))
    assert beside.prove(with_pin.account, tablet.id, PIN, at) is Proof.NO_PIN


def test_wrong_pins_slow_further_ones_down(
    beside: Beside, with_pin, tablet: Registered, at: datetime
) -> None:
    for _ in range(WRONG_PINS.free):
        assert beside.prove(with_pin.account, tablet.id, "305918", at) is Proof.WRONG
    assert beside.prove(with_pin.account, tablet.id, "305918", at) is Proof.WRONG
    assert beside.prove(with_pin.account, tablet.id, PIN, at) is Proof.TOO_SOON
    assert beside.prove(with_pin.account, tablet.id, PIN, at + WRONG_PINS.first) is Proof.PROVED


def test_a_right_one_is_no_try(beside: Beside, with_pin, tablet: Registered, at: datetime) -> None:
    for _ in range(3 * WRONG_PINS.free):
        assert beside.prove(with_pin.account, tablet.id, PIN, at) is Proof.PROVED
    assert beside.prove(with_pin.account, tablet.id, PIN, at + timedelta(seconds=1)) is Proof.PROVED
