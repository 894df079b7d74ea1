"""Columns are drawn whatever is known of them: nothing, or only that something is not known."""

import pytest

from services.ministry.drawing.columns import Columns, Series, columns

UNKNOWN = Series("not recorded", (2.0, 3.0), "#444", hollow=True)
REFUSED = Series("refused", (1.0, 4.0), "#123")


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("series", [(UNKNOWN,), (REFUSED,), (REFUSED, UNKNOWN), ()])
def test_whichever_parts_there_are(series: tuple[Series, ...], narrow: bool) -> None:
    panel = Columns("Prison", series, ("1", "2"), ("+2", "+3") if UNKNOWN in series else (), of_filled=True)
    drawn = columns((panel,), ("Q1", "Q2"), (False, False), narrow=narrow, provisional_word="provisional")
    assert [one["name"] for one in drawn["data"]] == [one.name for one in series]
