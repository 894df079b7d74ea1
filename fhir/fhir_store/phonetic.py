"""What a name sounds like, for South Slavic and Albanian names however they were spelt.

``Đorđević``, ``Djordjevic`` and ``Gjorgjevikj`` have one key, and so have ``Hodža`` and ``Hoxha``. The rules are
our own; they would rather find too much than too little.
"""

import re
from functools import lru_cache

from fhir_store.folding import folded

PHONETIC = "phonetic"
"""The parameter of people that finds a name by what it sounds like."""

# Longest first. What is not here stands for itself; č, ć, š, ž and ë are c, s, z and e by folding.
_SOUNDS = {
    "sch": "s",
    "tch": "c",
    "sh": "s",
    "ch": "c",
    "zh": "z",
    "xh": "z",
    "dz": "z",
    "dj": "d",
    "gj": "d",
    "dh": "d",
    "th": "t",
    "ph": "f",
    "kj": "c",
    "lj": "l",
    "nj": "n",
    "q": "c",
    "w": "v",
    "x": "ks",
    "y": "i",
    "j": "i",
    "h": "",
}
_SPELLINGS = re.compile("|".join(_SOUNDS))
_DOUBLE = re.compile(r"(.)\1+")


def phonetic_key(text: str) -> str:
    """The keys of the words of a text, a space between them; a word of silent letters is its own key."""
    return " ".join(_key(word) for word in folded(text).split())


# The same names come again and again.
@lru_cache(maxsize=4096)
def _key(word: str) -> str:
    sounds = _SPELLINGS.sub(lambda spelling: _SOUNDS[spelling[0]], word)
    return _DOUBLE.sub(r"\1", sounds) or word
