"""What a tablet seals to the facility is opened here, and nowhere else."""

from pathlib import Path

import pytest
from sealed_events import seal

from services.clinic.round.facility_key import NotOpened, event_in, facility_key


def test_what_is_sealed_to_the_key_is_opened_with_it(tmp_path: Path) -> None:
    key = facility_key(tmp_path)
    assert key.opened(seal(key.public, b'{"id": "1"}')) == b'{"id": "1"}'


def test_the_key_is_made_once(tmp_path: Path) -> None:
    assert facility_key(tmp_path).public == facility_key(tmp_path).public


def test_another_installation_opens_nothing(tmp_path: Path) -> None:
    ours, theirs = facility_key(tmp_path / "a"), facility_key(tmp_path / "b")
    sealed = seal(ours.public, b"x")
    with pytest.raises(NotOpened):
        theirs.opened(sealed)
    with pytest.raises(NotOpened):
        theirs.opened({**sealed, "key": theirs.name})


@pytest.mark.parametrize("part", ["epk", "iv", "sealed", "key", "v"])
def test_what_was_changed_on_its_way_is_not_opened(tmp_path: Path, part: str) -> None:
    key = facility_key(tmp_path)
    sealed = seal(key.public, b"x")
    other = seal(key.public, b"x")
    for value in (other[part] if part not in ("v", "key") else "other", None, 7, "?", "AAAA"):
        with pytest.raises(NotOpened):
            key.opened({**sealed, part: value})
    with pytest.raises(NotOpened):
        key.opened({name: value for name, value in sealed.items() if name != part})


@pytest.mark.parametrize("opened", [b"", b"[]", b"1", b'"x"', b"\xff"])
def test_what_is_no_event_is_none(opened: bytes) -> None:
    with pytest.raises(NotOpened):
        event_in(opened)
