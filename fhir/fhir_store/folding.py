"""What a text is compared by in a search: no case, no accents, one alphabet, single spaces.

``Петровић``, ``Petrović`` and ``PETROVIC`` are the same. Letters of other scripts stay as they are.
"""

import re
import unicodedata

# Đ is written Dj where there is no Đ, in the passports of Serbia and Montenegro too.
_LATIN = {"đ": "dj", "ð": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}

# To what the Latin letters of Serbian, Montenegrin and Macedonian become: ч as č as c.
_CYRILLIC = dict(
    zip(
        "абвгдежзијклмнопрстћуфхцчшѕєѐѝйѓќђљњџщъыьэюяё",
        "a b v g d e z z i j k l m n o p r s t c u f h c c s dz e e i j gj kj dj lj nj dz st a y  e ju ja e".split(
            " "
        ),
        strict=True,
    )
)
_LETTERS = str.maketrans({**_LATIN, **_CYRILLIC})
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
