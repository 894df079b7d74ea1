"""In what letters a number is written: the same number, whichever keyboard it is typed on. Pure.

It is kept in one spelling, and compared in it. Whatever was kept before, or comes from another system, may be in another:
so it is looked for in each.
"""

CYRILLIC = "АВЕЈКМНОРСТХ"
LATIN = "ABEJKMHOPCTX"
"""Capital letters that look the same in both."""

TO_LATIN = str.maketrans(CYRILLIC + CYRILLIC.lower(), LATIN + LATIN.lower())
TO_CYRILLIC = str.maketrans(LATIN, CYRILLIC)


def spelt(number: str) -> str:
    """A number as it is kept and compared: in capital letters, and in Latin ones wherever those look the same."""
    return number.translate(TO_LATIN).upper()


def spellings(number: str) -> tuple[str, ...]:
    """A number in each way in which it may be kept: as it was typed, and in capital letters, Latin and Cyrillic."""
    ours = spelt(number)
    latin = number.translate(TO_LATIN)
    return tuple(sorted({number, number.upper(), latin, ours, ours.translate(TO_CYRILLIC)}))
