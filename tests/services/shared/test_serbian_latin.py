"""Latin letters from Cyrillic ones."""

import pytest

from services.shared.serbian_latin import latin


@pytest.mark.parametrize(
    ("cyrillic", "in_latin"),
    [
        ("Људи и њихове џезве", "Ljudi i njihove džezve"),
        ("ЉУБАВ, ЊЕГА, ЏЕП", "LJUBAV, NJEGA, DŽEP"),
        ("Љ", "Lj"),
        ("Ђурић чека ћерку у Жичи", "Đurić čeka ćerku u Žiči"),
        ('%(n)s mg у <span translate="no">%(name)s</span> &amp; даље', '%(n)s mg u <span translate="no">%(name)s</span> &amp; dalje'),
        ("", ""),
    ],
)  # fmt: skip
def test_letter_by_letter(cyrillic: str, in_latin: str) -> None:
    assert latin(cyrillic) == in_latin
