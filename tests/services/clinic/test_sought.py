"""What somebody types to find a person, taken apart."""

import pytest

from clinical.people.code import code_from
from services.clinic.sought import Sought, sought_in

CODE = code_from(42)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (CODE, Sought(code=CODE)),
        (f"  {CODE}\n", Sought(code=CODE)),
        (CODE[:-1] + str((int(CODE[-1]) + 1) % 10), Sought(bad_code=True)),
        ("n-100", Sought(numbers=("N-100", "n-100"))),
        ("Н-100", Sought(numbers=("H-100", "Н-100"))),
        ("h-100", Sought(numbers=("H-100", "h-100", "Н-100"))),
        ("12345", Sought(numbers=("12345",))),
        ("1984", Sought(numbers=("1984",), year_alone=True)),
        ("#1984", Sought(numbers=("1984",))),
        ("2984", Sought(numbers=("2984",))),
        ("3.1984", Sought(born="1984-03")),
        ("1984-03", Sought(born="1984-03")),
        ("13.1984", Sought(numbers=("13.1984",))),
        ("Zorić 1984", Sought(born="1984", words=("Zorić",))),
        ("1984. ana zorić", Sought(born="1984", words=("ana", "zorić"))),
        ("zorić 3/1984", Sought(born="1984-03", words=("zorić",))),
        ("ana kovač", Sought(words=("ana", "kovač"))),
        ("2.3.1984", Sought(born="1984-03-02")),
        ("02/03/1984", Sought(born="1984-03-02")),
        ("1984-03-02 ana", Sought(born="1984-03-02", words=("ana",))),
        ("ana 31.2.1984", Sought(numbers=("ANA 31.2.1984", "ana 31.2.1984", "\u0410N\u0410 31.2.1984"))),
        (" - ", Sought()),
        ("", Sought()),
    ],
)
def test_what_is_sought(typed: str, said: Sought) -> None:
    assert sought_in(typed) == said
