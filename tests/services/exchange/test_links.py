"""What a link carries is sealed, and no length of it tells how much there is."""

import pytest

from services.exchange.links import BadLink, Links

LINKS = Links(bytes(32))


def test_only_its_holder_opens_it() -> None:
    sealed = LINKS.seal({"after": [7, "2026"]}, "centre")
    assert LINKS.open(sealed, "centre") == {"after": [7, "2026"]}
    with pytest.raises(BadLink):
        LINKS.open(sealed, "other")


@pytest.mark.parametrize("around", [lambda n: {"after": [n, None]}, lambda n: ["x" * 28, n], lambda n: n])
def test_no_number_is_longer_than_another(around) -> None:
    for before in range(40):
        lengths = {len(LINKS.seal([around(10**digits), "y" * before], "x")) for digits in range(18)}
        assert len(lengths) == 1
