"""The code on a person's card, which a scanner types: it means nothing, and tells of nobody who has not the record.

Digits only. A scanner types as a keyboard does, so letters would come out differently on a Serbian, Albanian or Cyrillic
keyboard. The last two are check digits (ISO 7064, MOD 97-10), so that a code which was read badly is told from one that
nobody has.
"""

DIGITS = 20
RANDOM_BELOW = 10**18
"""So many codes there are: one cannot be guessed."""


def code_from(drawn: int) -> str:
    """The code that a random number, of those below ``RANDOM_BELOW``, gives."""
    assert 0 <= drawn < RANDOM_BELOW
    return f"{drawn:018}{(98 - drawn * 100 % 97):02}"


def is_code(text: str) -> bool:
    """Whether a text is a code that was read well."""
    return text.isascii() and text.isdigit() and len(text) == DIGITS and int(text) % 97 == 1


def looks_like_code(text: str) -> bool:
    """Whether a text was meant as a code: as many digits, read well or badly."""
    return text.isascii() and text.isdigit() and len(text) == DIGITS
