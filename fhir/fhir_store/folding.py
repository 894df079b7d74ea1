"""What a text is compared by in a search: no case, no accents, one alphabet, single spaces.

``Петровић``, ``Petrović`` and ``PETROVIC`` are the same. Letters of other scripts stay as they are.
"""

import re
import unicodedata
from collections.abc import Mapping

# Cyrillic as the Latin letters of Serbian, Montenegrin and Macedonian are folded: ч as č, which is c.
_ONE_LETTER = str.maketrans("абвгдежзијклмнопрстћуфхцчшѐѝєэёйы", "abvgdezzijklmnoprstcufhccseieeejy")
_CYRILLIC = {
    "љ": "lj",
    "њ": "nj",
    "џ": "dz",
    "ѕ": "dz",
    "ѓ": "gj",
    "ќ": "kj",
    "щ": "st",
    "ю": "ju",
    "я": "ja",
}
_SIGNS = {"ъ": "a", "ь": ""}
# Đ is written Dj where there is no Đ, in the passports of Serbia and Montenegro too.
_DJ = {"đ": "dj", "ђ": "dj"}
_LATIN = {"ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
_SEVERAL = {ord(letter): plain for letter, plain in (_CYRILLIC | _SIGNS | _DJ | _LATIN).items()}
_LETTERS: Mapping[int, int | str] = {**_ONE_LETTER, **_SEVERAL}

_BETWEEN_WORDS = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """The words of a text in small plain letters, one space between them."""
    plain = text.lower() if text.isascii() else _plain(text)
    return _BETWEEN_WORDS.sub(" ", plain).strip()


def _plain(text: str) -> str:
    # Letters first: decomposed, the ѓ is a г with an accent.
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", composed)
    return "".join(letter for letter in decomposed if not unicodedata.category(letter).startswith("M"))
