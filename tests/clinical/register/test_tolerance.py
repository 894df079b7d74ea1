"""How far a measured residue may be off."""

from decimal import Decimal

import pytest
from dispensary import law

from clinical.protocols import NO_PROTOCOL, Protocol
from clinical.register.product import Unit
from clinical.register.tolerance import is_within_tolerance

TWO = law(residue_tolerance_percent=2)


@pytest.mark.parametrize(
    ("difference", "drawn", "unit", "protocol", "within"),
    [
        ("7.999", "400", Unit.ML, TWO, True),
        ("8", "400", Unit.ML, TWO, True),
        ("8.001", "400", Unit.ML, TWO, False),
        ("-8", "400", Unit.ML, TWO, True),
        ("-8.001", "400", Unit.ML, TWO, False),
        ("0", "0", Unit.ML, TWO, True),
        ("0.001", "0", Unit.ML, TWO, False),
        ("0", "400", Unit.ML, NO_PROTOCOL, True),
        ("0.001", "400", Unit.ML, NO_PROTOCOL, False),
        ("0", "400", Unit.PIECE, TWO, True),
        ("1", "400", Unit.PIECE, TWO, False),
        ("-1", "400", Unit.PIECE, TWO, False),
    ],
)
def test_a_share_of_what_was_drawn_and_of_pieces_nothing(
    difference: str, drawn: str, unit: Unit, protocol: Protocol, within: bool
) -> None:
    assert is_within_tolerance(Decimal(difference), Decimal(drawn), unit, protocol) is within
