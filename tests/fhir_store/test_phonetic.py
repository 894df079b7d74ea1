"""Names are found by what they sound like. Rows are names that must be taken for one."""

import pytest

from fhir_store.folding import folded
from fhir_store.phonetic import phonetic_key


@pytest.mark.parametrize(
    "spellings",
    [
        ("Đorđević", "Djordjevic", "Dordevic", "Ђорђевић", "Gjorgjevikj"),
        ("Petrović", "Petrovich", "Petrovitch", "Петровић"),
        ("Hodža", "Hoxha", "Hodza", "Хоџа"),
        ("Šaban", "Shaban", "Saban", "Schaban"),
        ("Žana", "Zhana", "Zana"),
        ("Ćemal", "Qemal", "Çemal", "Cemal", "Kjemal"),
        ("Xhemile", "Džemile", "Dzemile"),
        ("Marija", "Maria", "Mariya"),
        ("Jovan", "Yovan", "Iovan"),
        ("Mehmed", "Memed", "Mehmedd"),
        ("Hasan", "Hassan", "Asan"),
        ("Ljiljana", "Liljana", "Lilana"),
        ("Rrahman", "Rahman"),
        ("Filip", "Philip", "Phillip"),
        ("Vesna", "Wesna"),
        ("Ylli", "Ili"),
        ("Dhimitër", "Dimiter"),
        ("Aleksandar", "Alexandar"),
        ("Ana Marija", "ANNA  MARIA", "Ana-Marija"),
    ],
)
def test_spellings_of_one_name_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({phonetic_key(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Petrović", "Pavlović"), ("Ana", "Ina"), ("Marko", "Mirko"), ("Demo", "Nemo")]
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert phonetic_key(one) != phonetic_key(other)


@pytest.mark.parametrize(("text", "key"), [("", ""), ("...", ""), ("H", "h"), ("H. Demo", "h demo")])
def test_only_words_have_keys_and_every_word_has_one(text: str, key: str) -> None:
    assert phonetic_key(text) == key


@pytest.mark.parametrize("text", ["Đorđe Čađavica", "Xhevahire", "Ѓорѓи", "H"])
def test_a_key_is_compared_like_any_folded_text(text: str) -> None:
    assert folded(phonetic_key(text)) == phonetic_key(text)
