"""The URI that names keys in a token (RFC 7512): what is not understood is refused, and a PIN in it too."""

from pathlib import Path

import pytest

from services.settings import Settings, SettingsError, load_settings
from services.shared.hsm.uri import NotUnderstood, TokenAddress, TokenUri, token_uri
from services.shared.key_places import KeyPlaces

WHOLE = "pkcs11:token=north;object=record?module-path=/usr/lib/lib.so&pin-source=file:/run/pin"


def test_it_names_the_library_the_token_the_keys_and_the_file_of_the_pin() -> None:
    address = TokenAddress(Path("/usr/lib/lib.so"), "north", None, Path("/run/pin"))
    assert token_uri(WHOLE) == TokenUri(address, "record")
    assert token_uri(WHOLE).label(12) == "record-12"


@pytest.mark.parametrize(
    ("written", "label", "serial", "pin_file"),
    [
        ("token=My%20token;serial=4711;type=secret-key", "My token", "4711", "file:/run/pin"),
        ("token=%C4%91ur", "đur", None, "file:///run/a%20pin"),
    ],
)
def test_letters_may_be_written_as_percent(
    written: str, label: str, serial: str | None, pin_file: str
) -> None:
    read = token_uri(f"pkcs11:object=k;{written}?module-path=/l.so&pin-source={pin_file}").address
    assert (read.label, read.serial) == (label, serial)
    assert read.pin_file in (Path("/run/pin"), Path("/run/a pin"))


REFUSED = {
    "a PIN": f"{WHOLE}&pin-value=4711",
    "a PIN in the path": WHOLE.replace(";object", ";pin-value=4711;object"),
    "a program that prints the PIN": WHOLE.replace("file:/run/pin", "|cat /run/4711"),
    "a PIN instead of its file": WHOLE.replace("file:/run/pin", "4711"),
    "the PIN's file from where one stands": WHOLE.replace("file:/run/pin", "file:4711"),
    "a file of the network": WHOLE.replace("file:/run/pin", "https://4711.example/pin"),
    "no file": WHOLE.replace("file:/run/pin", "https:/run/4711"),
    "a library from where one stands": WHOLE.replace("/usr/lib/lib.so", "lib.so"),
    "no library": WHOLE.replace("module-path=/usr/lib/lib.so&", ""),
    "no file of the PIN": WHOLE.replace("&pin-source=file:/run/pin", ""),
    "no token": WHOLE.replace("token=north;", ""),
    "an empty token": WHOLE.replace("north", ""),
    "no keys": WHOLE.replace(";object=record", ""),
    "another kind of key": WHOLE.replace("object=record", "object=record;type=private"),
    "something unknown": WHOLE.replace("object=record", "object=record;slot-id=4711"),
    "something twice": WHOLE.replace("object=record", "object=record;object=4711"),
    "no letters": WHOLE.replace("north", "%ff"),
    "nothing": "pkcs11:",
}


@pytest.mark.parametrize("written", REFUSED.values(), ids=REFUSED)
def test_what_would_have_to_be_ignored_is_refused(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises((NotUnderstood, UnicodeDecodeError)):
        token_uri(written)
    monkeypatch.setenv("RECORD_KEYS", written)
    with pytest.raises(SettingsError, match=r"^RECORD_KEYS cannot be used: set it to a folder") as refused:
        load_settings()
    assert "4711" not in str(refused.value)


def test_a_setting_is_a_folder_or_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECORD_KEYS", WHOLE)
    monkeypatch.setenv("RECORD_KEYS_BEFORE", "/srv/record keys")
    assert load_settings().key_places == KeyPlaces(token_uri(WHOLE), Path("/srv/record keys"))
    monkeypatch.setenv("RECORD_KEYS", "")
    monkeypatch.setenv("RECORD_KEYS_BEFORE", "")
    assert load_settings().key_places == KeyPlaces(Path("./var"), None)
    assert Settings(home=Path("/h"), record_keys=Path("/k")).key_places == KeyPlaces(Path("/k"), None)
