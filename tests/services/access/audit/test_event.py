"""The bytes of an event are one and the same everywhere, and after erasure lead to nobody."""

import json
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.access.audit.errors import (
    AuditError,
    InvalidSalt,
    LeafDiffers,
    NotAnEvent,
    NotCanonical,
    SubjectDiffers,
    SubjectInClear,
)
from services.access.audit.event import (
    DEEPEST,
    Opening,
    SealedEvent,
    canonical,
    check,
    erase,
    members_in,
    read,
    seal,
)
from services.access.audit.tree import leaf_hash

AMINA, BESA = "Patient/amina", "Patient/besa"
SALTS = [bytes([1]) * 32, bytes([2]) * 32]
MEMBERS = {"action": "read", "count": 2, "agent": {"name": "drita", "break-glass": False}, "reason": None}


class Word(StrEnum):
    READ = "read"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": [1, -2, True, None], "a": {}}, '{"a":{},"b":[1,-2,true,null]}'),
        (9007199254740991, "9007199254740991"),
        ('\u20ac$\u000f\u000aA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ("\b\t\n\f\r\x00\x1f\x7f\u2028", '"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f\u2028"'),
        ("e\u0301 \u00e9", '"e\u0301 \u00e9"'),
    ],
)
def test_canonical_text(value: Any, text: str) -> None:
    assert canonical(value) == text.encode()


def test_members_are_sorted_by_utf16_as_in_rfc_8785() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    read = json.loads(canonical(dict.fromkeys(names)))
    assert list(read) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_canonical_bytes_are_read_as_the_value_and_written_as_the_same_bytes(value: Any) -> None:
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written


@given(st.dictionaries(st.text(), st.integers(0, 9)), st.randoms(use_true_random=False))
def test_the_order_in_which_members_were_given_does_not_count(value: dict[str, int], chance: Any) -> None:
    names = list(value)
    chance.shuffle(names)
    assert canonical({name: value[name] for name in names}) == canonical(value)


def _nested(depth: int) -> Any:
    return [_nested(depth - 1)] if depth else []


def _endless() -> Any:
    endless: list[Any] = []
    endless.append(endless)
    return endless


@pytest.mark.parametrize(
    "value",
    [
        1.0, 0.5, float("nan"), 2**53, -(2**53), b"bytes", (1, 2), {1: "a"}, {None: "a"}, {"a": {2}}, Word.READ,
        {Word.READ: 1}, "\ud800", {"\udfff": 1}, _nested(DEEPEST + 1), _endless(), [object()],
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical(value)
    assert refused.value.__cause__ is None


def test_values_may_be_as_deep_as_is_said() -> None:
    assert canonical(_nested(DEEPEST)) == b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1)


def test_a_sealed_event_is_these_bytes() -> None:
    event = seal(MEMBERS, [AMINA, BESA], SALTS)
    digests = [
        sha256(salt + name.encode()).hexdigest() for salt, name in zip(SALTS, (AMINA, BESA), strict=True)
    ]
    text = (
        '{"event":{"action":"read","agent":{"break-glass":false,"name":"drita"},"count":2,"reason":null},'
        '"format":"throughcare audit event 1","subjects":["' + '","'.join(digests) + '"]}'
    )
    assert event.body == text.encode()
    assert event.leaf() == sha256(b"\x00" + event.body).digest()
    assert event.openings == (Opening(SALTS[0], AMINA), Opening(SALTS[1], BESA))


def test_a_subject_looks_different_in_every_event() -> None:
    one, other = seal(MEMBERS, [AMINA]), seal(MEMBERS, [AMINA])
    assert one.body != other.body
    assert one.openings[0] is not None
    assert len(one.openings[0].salt) == 32


@pytest.mark.parametrize(
    "salts",
    [
        [],
        SALTS[:1],
        [*SALTS, bytes(32)],
        [SALTS[0], SALTS[0]],
        [*SALTS, SALTS[0]],
        [SALTS[0], bytes(31)],
        [SALTS[0], bytes(33)],
    ],
    ids=["none", "one", "three", "twice", "one again", "short", "long"],
)
def test_each_subject_has_a_whole_salt_of_its_own(salts: list[bytes]) -> None:
    with pytest.raises(InvalidSalt, match="a salt of its own"):
        seal(MEMBERS, [AMINA, BESA], salts)


@pytest.mark.parametrize("members", [{"who": AMINA}, {"who": [{"what": AMINA}]}, {"seen": {AMINA: 1}}])
def test_an_event_that_names_its_subject_is_refused(members: Any) -> None:
    with pytest.raises(SubjectInClear) as refused:
        seal(members, [BESA, AMINA])
    assert "amina" not in str(refused.value)


@given(st.dictionaries(st.text(), JSON, max_size=3), st.lists(st.text(min_size=9), max_size=3))
def test_an_event_matches_its_leaf_whoever_is_erased(members: dict[str, Any], subjects: list[str]) -> None:
    event = seal(members, subjects)
    leaf = event.leaf()
    check(event, leaf)
    for subject in subjects:
        event = erase(event, subject)
        check(event, leaf)
    assert event.openings == (None,) * len(subjects)


def test_erasing_takes_out_one_person_and_nobody_else() -> None:
    event = seal(MEMBERS, [AMINA, BESA, AMINA])
    erased = erase(event, AMINA)
    assert erased == SealedEvent(event.body, (None, event.openings[1], None))
    assert erase(erased, AMINA) == erased
    assert erase(event, "Patient/edona") == event


def test_after_erasure_nobody_can_try_out_who_it_was() -> None:
    event = seal(MEMBERS, [AMINA, BESA])
    erased = erase(event, AMINA)
    kept = erased.body + repr(erased.openings).encode()
    opening, other = event.openings
    assert opening is not None
    assert other is not None
    assert AMINA.encode() not in kept
    assert opening.salt.hex().encode() not in kept
    # What whoever has everything that is left, and a list of all people, could try.
    for salt in (b"", bytes(32), other.salt, event.leaf(), event.body):
        assert sha256(salt + AMINA.encode()).hexdigest().encode() not in kept
    # Only salt and subject together show that it was her.
    assert opening.digest().encode() in kept


def test_what_is_shown_of_an_event_names_nobody() -> None:
    event = seal(MEMBERS, [AMINA], SALTS[:1])
    assert "amina" not in repr(event)
    assert repr(SALTS[0]) not in repr(event)


@given(st.data())
def test_a_flipped_bit_of_an_event_is_seen(data: st.DataObject) -> None:
    event = seal(MEMBERS, [AMINA])
    bit = data.draw(st.integers(0, len(event.body) * 8 - 1))
    body = bytearray(event.body)
    body[bit // 8] ^= 1 << bit % 8
    with pytest.raises(LeafDiffers):
        check(replace(event, body=bytes(body)), event.leaf())


@pytest.mark.parametrize(
    "openings",
    [
        lambda one, two: (two, one),
        lambda one, two: (one,),
        lambda one, two: (one, two, None),
        lambda one, two: (one, replace(two, subject=AMINA)),
        lambda one, two: (one, replace(two, salt=bytes(32))),
        lambda one, two: (None, replace(two, subject="Patient/amin\udcff")),
        # Bytes moved from the subject to the salt give the same digest.
        lambda one, two: (one, Opening(two.salt + two.subject[:1].encode(), two.subject[1:])),
    ],
    ids=["swapped", "one left out", "one more", "another person", "another salt", "no Unicode", "moved"],
)
def test_a_subject_that_was_changed_is_seen(openings: Callable[..., tuple[Opening | None, ...]]) -> None:
    event = seal(MEMBERS, [AMINA, BESA])
    with pytest.raises(SubjectDiffers) as differs:
        check(replace(event, openings=openings(*event.openings)), event.leaf())
    assert "amin" not in str(differs.value)
    assert "besa" not in str(differs.value)


GOOD = '"format":"throughcare audit event 1"'


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff", b"[]", b"null", b"NaN", b"1.5",
        f'{{"event":{{}},{GOOD}}}'.encode(),
        f'{{"event":{{}},{GOOD},"more":1,"subjects":[]}}'.encode(),
        b'{"event":{},"format":"throughcare audit event 2","subjects":[]}',
        f'{{"event":{{}},{GOOD},"subjects":{{}}}}'.encode(),
        f'{{"event":{{}},{GOOD},"subjects":[1]}}'.encode(),
        f'{{"event": {{}},{GOOD},"subjects":[]}}'.encode(),
        f'{{{GOOD},"event":{{}},"subjects":[]}}'.encode(),
        f'{{"event":{{}},"event":{{}},{GOOD},"subjects":[]}}'.encode(),
        f'{{"event":{{"a":0.5}},{GOOD},"subjects":[]}}'.encode(),
        f'{{"event":{{}},{GOOD},"subjects":[]}}'.encode("utf-16"),
        b"[" * 100_000, b"9" * 5_000,
    ],
)  # fmt: skip
def test_bytes_that_seal_could_not_have_written_are_no_event(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        check(SealedEvent(body, ()), leaf_hash(body))


def test_a_refusal_of_a_subject_does_not_repeat_it() -> None:
    with pytest.raises(AuditError) as refused:
        seal({}, ["Patient/amina\ud800"])
    assert "amina" not in str(refused.value)


def test_the_members_are_read_without_the_digests() -> None:
    body = seal(MEMBERS, [AMINA, BESA]).body
    assert members_in(body) == read(body).members
    assert members_in(body[: body.index(b'"subjects"')]) == read(body).members


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b'{"event":', b'{"event":{"a":', b'{"event":\xff}', b'{"event":' + b"[" * 100_000])  # fmt: skip
def test_there_are_no_members_in_what_is_no_event(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        members_in(body)
