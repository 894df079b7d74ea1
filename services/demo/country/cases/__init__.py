"""Cases made by hand: situations that are hard to count, each a person or two with a tag.

One module per family; each case is a function that says in its first line what it is.
"""

from services.demo.country.cases import custody, hiv, identity, oat, reporting, viral_load
from services.demo.country.cases.by_hand import Case
from services.demo.country.facts import Tag
from services.demo.country.state import Country

FAMILIES = (identity, custody, hiv, viral_load, oat, reporting)


def add_cases(country: Country) -> None:
    """Add the people of every case, and its tag."""
    for family in FAMILIES:
        name = family.__name__.rpartition(".")[2]
        for make in family.CASES:
            case = Case(country, name, make.__name__)
            make(case)
            says = " ".join((make.__doc__ or "").split())
            country.tags.append(Tag(name, make.__name__, says, tuple(case.humans), case.days))
