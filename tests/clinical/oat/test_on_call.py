"""The telephone of the prescriber on call: what can be dialled, and what was set last counts."""

from uuid import UUID

import pytest
from oat import SIX

from clinical.oat.on_call import NoTelephone, on_call_at, put_on_call, telephone_in
from services.shared.database import Database

NURSE = UUID(int=1)


@pytest.mark.parametrize("typed", ["+381 11 123 4567", "067-123-456", "(020) 123456", "112", " 112 "])
def test_what_can_be_dialled(typed: str) -> None:
    assert telephone_in(typed) == typed.strip()


def test_empty_is_nobody() -> None:
    assert telephone_in("  ") == ""


@pytest.mark.parametrize("typed", ["call Vera", "12", "+", "1" * 31, "٠٦٧١٢٣٤٥٦", "123\n456", "<b>123</b>"])
def test_what_cannot_is_refused(typed: str) -> None:
    with pytest.raises(NoTelephone):
        telephone_in(typed)


def test_the_last_one_of_each_facility_counts(database: Database) -> None:
    with database.transaction() as connection, connection.connection.cursor() as cursor:
        assert on_call_at(cursor, "north") == ""
        for facility, telephone in (("north", "111"), ("south", "222"), ("north", "333")):
            put_on_call(cursor, facility, telephone, NURSE, SIX)
        assert (on_call_at(cursor, "north"), on_call_at(cursor, "south")) == ("333", "222")
        put_on_call(cursor, "north", "", NURSE, SIX)
        assert on_call_at(cursor, "north") == ""
