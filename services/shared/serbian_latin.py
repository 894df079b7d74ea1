"""Serbian in Latin letters, made from Serbian in Cyrillic: letter by letter, which loses nothing in this direction.

Pravopis: љ, њ and џ are lj, nj and dž; in a word of capitals both letters are capitals.
"""

import re

LETTERS = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        ("a", "b", "v", "g", "d", "đ", "e", "ž", "z", "i", "j", "k", "l", "lj", "m", "n", "nj", "o", "p", "r", "s", "t", "ć", "u", "f", "h", "c", "č", "dž", "š"),
        strict=True,
    )
)  # fmt: skip
WORD = re.compile(r"[Ђ-џ]+")


def latin(text: str) -> str:
    """A text in Latin letters; what is not Cyrillic stays: placeholders, markup, units."""
    return WORD.sub(lambda found: _word(found[0]), text)


def _word(word: str) -> str:
    shouted = len(word) > 1 and word.isupper()
    return "".join(_letter(letter, shouted=shouted) for letter in word)


def _letter(letter: str, *, shouted: bool) -> str:
    found = LETTERS.get(letter.lower(), letter)
    if letter.islower():
        return found
    return found.upper() if shouted else found.capitalize()
