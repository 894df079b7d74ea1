"""A register in a database that is empty but for it."""

import pytest
from dispensary import Dispensary

from services.shared.database import Database


@pytest.fixture
def north(database: Database) -> Dispensary:
    """The safe of the prison in the north."""
    return Dispensary(database)
