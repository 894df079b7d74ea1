"""A head on paper is the head."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.access.audit import head as signed
from services.access.audit.errors import HeadNotUnderstood
from services.access.audit.log.sheet import heads_in, page, sheet

ZONE = ZoneInfo("Europe/Podgorica")
HEAD = signed.sign(
    Ed25519PrivateKey.from_private_bytes(bytes(range(32))),
    1234,
    bytes(32),
    datetime(2026, 3, 1, 12, tzinfo=UTC),
)
SVG = "{http://www.w3.org/2000/svg}"


def test_the_text_file_is_read_as_the_head() -> None:
    written = page(HEAD, ZONE)
    assert "Entries: 1,234, signed 2026-03-01 13:00:00 CET" in written
    assert heads_in(written) == [HEAD]
    assert heads_in(written + "\n" + signed.text(HEAD) + "\r\n") == [HEAD, HEAD]


@pytest.mark.parametrize("line", ["nonsense", "TCHEAD1.AAAA", " x"])
def test_a_damaged_line_is_not_passed_over(line: str) -> None:
    with pytest.raises(HeadNotUnderstood):
        heads_in(page(HEAD, ZONE) + line)


def test_the_sheet_has_the_code_and_the_line_in_words() -> None:
    drawn = ET.fromstring(sheet(HEAD, ZONE))
    texts = [one.text or "" for one in drawn.iter(f"{SVG}text")]
    assert "".join(texts[-4:]) == signed.text(HEAD)
    assert any("1,234" in one for one in texts)
    assert len(list(drawn.iter(f"{SVG}path"))) == 1
    width, height = (float(drawn.attrib[name].removesuffix("mm")) for name in ("width", "height"))
    assert width <= 190, "fits a sheet of A4"
    assert height <= 277
