"""Numbers are unique and never used twice, however many threads and programs take them at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_store.numbering import BLOCK, Numbering
from services.shared.database import Database

# A count beyond a block, just at it, and the usual few.
COUNTS = st.one_of(st.integers(0, 5), st.sampled_from([BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 1]))
PROGRAMS = 3


@pytest.fixture(scope="module")
def given_out() -> set[int]:
    """Every number that was handed out in this file."""
    return set()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(st.tuples(st.integers(0, PROGRAMS - 1), COUNTS), max_size=30))
def test_no_number_is_ever_given_twice(
    database: Database, given_out: set[int], wanted: Sequence[tuple[int, int]]
) -> None:
    programs = [Numbering() for _ in range(PROGRAMS)]

    def take(asked: tuple[int, int]) -> list[int]:
        program, count = asked
        with database.cursor() as cursor:
            return programs[program].take(cursor, count)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, wanted))
    assert [len(numbers) for numbers in taken] == [count for _, count in wanted]
    assert all(numbers == sorted(set(numbers)) for numbers in taken)
    together = {number for numbers in taken for number in numbers}
    assert len(together) == sum(count for _, count in wanted)
    assert not together & given_out
    given_out |= together


def test_a_transaction_that_is_rolled_back_gives_no_number_back(database: Database) -> None:
    numbering = Numbering()
    with database.cursor() as cursor, cursor.connection.transaction(force_rollback=True):
        lost = numbering.take(cursor, 3)
    with database.cursor() as cursor:
        kept = numbering.take(cursor, BLOCK)
        others = Numbering().take(cursor, BLOCK)
    assert len({*lost, *kept, *others}) == 3 + 2 * BLOCK


def test_numbers_go_on_after_the_database_could_not_be_asked(database: Database) -> None:
    numbering = Numbering()
    with database.cursor() as cursor:
        first = numbering.take(cursor, BLOCK - 1)
        cursor.connection.close()
        with pytest.raises(psycopg.OperationalError):
            numbering.take(cursor, 5)
    with database.cursor() as cursor:
        assert not set(first) & set(numbering.take(cursor, BLOCK))
