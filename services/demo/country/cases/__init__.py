"""Cases made by hand: situations that are hard to count, each a person or two with a tag."""

from services.demo.country.state import Country


def add_cases(country: Country) -> None:
    """Add the people of every case."""
