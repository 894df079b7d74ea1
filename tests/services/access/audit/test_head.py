"""A head is signed by this log's key or is none, and survives a sheet of paper."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.access.audit.errors import BadSignature, ForeignHead, HeadNotUnderstood, InvalidHead
from services.access.audit.head import PREFIX, SignedHead, log_id, parse, sign, text, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
ROOT = sha256(b"root").digest()
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = sign(KEY, 1000, ROOT, NOON)


def test_what_is_signed_is_these_bytes() -> None:
    id_ = sha256(PUBLIC.public_bytes_raw()).digest()
    signed = id_ + (1000).to_bytes(8) + int(NOON.timestamp()).to_bytes(8) + ROOT
    PUBLIC.verify(HEAD.signature, b"throughcare audit head 1\x00" + signed)
    assert SignedHead(id_, 1000, NOON, ROOT, HEAD.signature) == HEAD


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.integers(0, 253402300799))
def test_a_head_is_read_as_it_was_written(size: int, root: bytes, seconds: int) -> None:
    head = sign(KEY, size, root, datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
    line = text(head)
    # A QR code of version 10 holds 213 bytes with medium correction.
    assert len(line) == 200
    assert line.isascii()
    assert "\n" not in line
    read = parse(f" {line}\n")
    assert read == head
    verify(read, PUBLIC)


@given(st.data())
def test_a_head_with_another_letter_is_no_head_of_this_log(data: st.DataObject) -> None:
    line = text(HEAD)
    place = data.draw(st.integers(0, len(line) - 1))
    letter = data.draw(
        st.sampled_from("ABCXYZabcxyz0123456789-_+/=. é").filter(lambda one: one != line[place])
    )
    with pytest.raises((HeadNotUnderstood, ForeignHead, BadSignature)):
        verify(parse(line[:place] + letter + line[place + 1 :]), PUBLIC)


@pytest.mark.parametrize(
    "change",
    [
        {"size": 999},
        {"root": sha256(b"other").digest()},
        {"time": NOON + timedelta(seconds=1)},
        {"signature": bytes(64)},
        {"signature": sign(KEY, 999, ROOT, NOON).signature},
    ],
    ids=["size", "root", "time", "no signature", "another's signature"],
)
def test_whatever_of_a_head_was_changed_the_signature_shows_it(change: dict[str, Any]) -> None:
    with pytest.raises(BadSignature, match="Read it again"):
        verify(replace(HEAD, **change), PUBLIC)


def test_a_head_of_another_log_is_told_from_a_forged_one() -> None:
    foreign = sign(OTHER, 1000, ROOT, NOON)
    with pytest.raises(ForeignHead, match="another log"):
        verify(foreign, PUBLIC)
    with pytest.raises(BadSignature):
        verify(replace(foreign, log_id=log_id(PUBLIC)), PUBLIC)


def test_a_signature_for_another_purpose_is_none() -> None:
    signed = log_id(PUBLIC) + (1000).to_bytes(8) + int(NOON.timestamp()).to_bytes(8) + ROOT
    with pytest.raises(BadSignature):
        verify(replace(HEAD, signature=KEY.sign(signed)), PUBLIC)


LINE = text(HEAD)


def _line(size: int, seconds: int) -> str:
    raw = bytes(32) + size.to_bytes(8) + seconds.to_bytes(8) + bytes(32 + 64)
    return PREFIX + urlsafe_b64encode(raw).decode()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "begins with TCHEAD1"),
        ("TCHEAD2." + LINE[8:], "which version"),
        (LINE.lower(), "begins with"),
        (LINE[8:], "begins with"),
        (LINE[:-1], "has 200 characters"),
        (LINE + "A", "has 200 characters"),
        (PREFIX, "has 200 characters"),
        (LINE + LINE, "one line of letters"),
        (LINE[:50] + "\n" + LINE[50:], "one line of letters"),
        (LINE[:-1] + "=", "one line of letters"),
        (LINE[:-1] + "é", "one line of letters"),
        (LINE[:-1] + "٣", "one line of letters"),
        (_line(2**63, 0), "out of range"),
        (_line(0, 253402300800), "out of range"),
    ],
)
def test_what_is_no_head_is_refused_with_the_reason(line: str, says: str) -> None:
    with pytest.raises(HeadNotUnderstood, match=says):
        parse(line)


@pytest.mark.parametrize(
    ("size", "root", "time", "says"),
    [
        (-1, ROOT, NOON, "size"),
        (2**63, ROOT, NOON, "size"),
        (1, ROOT[:31], NOON, "32 bytes"),
        (1, ROOT, NOON.replace(tzinfo=None), "UTC"),
        (1, ROOT, NOON.astimezone(timezone(timedelta(hours=1))), "UTC"),
        (1, ROOT, NOON.replace(microsecond=1), "whole seconds"),
        (1, ROOT, datetime(1969, 12, 31, tzinfo=UTC), "1970"),
    ],
)
def test_a_head_that_would_not_be_read_back_is_not_signed(
    size: int, root: bytes, time: datetime, says: str
) -> None:
    with pytest.raises(InvalidHead, match=says):
        sign(KEY, size, root, time)


@pytest.mark.parametrize("change", [{"log_id": bytes(31)}, {"signature": bytes(63)}])
def test_every_part_of_a_head_has_its_length(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidHead, match="bytes"):
        replace(HEAD, **change)
