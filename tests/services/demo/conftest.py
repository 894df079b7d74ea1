"""A demonstration country, made once."""

from datetime import date

import pytest

from services.demo.country.simulation import simulated
from services.demo.country.state import Country

END = date(2026, 6, 30)


@pytest.fixture(scope="session", name="country")
def _country() -> Country:
    """Sixty people on OAT, two years."""
    return simulated(60, 24, 1, END)
