"""Spoiled copies of every official example: each kind of spoiling, at places drawn the same way each time.

An example is spoiled as values (written out and read again) or as text, where only text can be wrong.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from official_examples import WRONG_EXAMPLES

from fhir_store.definitions import Element, children, value_set
from fhir_store.errors import Refused
from fhir_store.gate import check
from fhir_store.json_text import DEEPEST, ResourceText, parse

Examples = Mapping[str, ResourceText]
Place = tuple[str | int, ...]

PLACES = 4
"""So many places of each example are drawn for each kind; all of them take minutes, and were tried."""


@pytest.fixture(scope="module")
def right(examples: Examples) -> dict[str, str]:
    """The text of the examples that enter, written by Python."""
    return {
        name: json.dumps(json.loads(one.text)) for name, one in examples.items() if name not in WRONG_EXAMPLES
    }


def enters(raw: str | bytes) -> bool:
    try:
        check(parse(raw).value)
    except Refused:
        return False
    return True


@dataclass(frozen=True)
class Slot:
    """A member of an object with what the definitions say of it, or an item of a list."""

    at: Place
    holder: Any
    element: Element
    of_type: str

    @property
    def value(self) -> Any:
        return self.holder[self.at[-1]]


def slots(resource: Any, at: Place = ()) -> Iterator[Slot]:
    """Every element of a resource, and of those in it, that the definitions name."""
    yield from members(resource, resource["resourceType"], "", at)


def members(value: Any, type_: str, path: str, at: Place) -> Iterator[Slot]:
    for element in children(type_, path).values():
        for name, of_type in element.json_names():
            if name not in value:
                continue
            yield Slot((*at, name), value, element, of_type)
            inner = (type_, f"{path}.{element.name}" if path else element.name)
            if element.is_list:
                for place, item in enumerate(value[name]):
                    yield Slot((*at, name, place), value[name], element, of_type)
                    yield from inside(item, inner, element, of_type, (*at, name, place))
            else:
                yield from inside(value[name], inner, element, of_type, (*at, name))


def inside(value: Any, own: tuple[str, str], element: Element, of_type: str, at: Place) -> Iterator[Slot]:
    if not isinstance(value, dict):
        return
    if element.content:
        type_, _, path = element.content.partition(".")
        yield from members(value, type_, path, at)
    elif of_type == "Resource":
        yield from slots(value, at)
    elif of_type in ("BackboneElement", "Element"):
        yield from members(value, *own, at)
    else:
        yield from members(value, of_type.rpartition("/")[2], "", at)


Spoil = Callable[[Slot], Iterable[Any]]
REMOVED = object()


def survivors(right: Mapping[str, str], spoil: Spoil, fewest: int) -> list[tuple[str, Place]]:
    """Where an example still enters although it was spoiled there. ``fewest`` proves that much was tried."""
    found, tried = [], 0
    for name, text in right.items():
        resource = json.loads(text)
        able = [slot for slot in slots(resource) if any(True for _ in spoil(slot))]
        for slot in random.Random(name).sample(able, min(PLACES, len(able))):
            for spoiled in spoil(slot):
                tried += 1
                if enters(with_spoiled(resource, slot, spoiled)):
                    found.append((name, slot.at))
    assert tried >= fewest
    return found


def with_spoiled(resource: Any, slot: Slot, spoiled: Any) -> str:
    kept = dict(slot.holder) if isinstance(slot.holder, dict) else list(slot.holder)
    try:
        if spoiled is REMOVED:
            slot.holder.pop(slot.at[-1])
            slot.holder.pop(f"_{slot.at[-1]}", None)
        else:
            slot.holder[slot.at[-1]] = spoiled
        return json.dumps(resource)
    finally:
        slot.holder.clear()
        slot.holder.update(kept) if isinstance(kept, dict) else slot.holder.extend(kept)


@pytest.mark.parametrize("empty", [None, {}, [], "", " "], ids=repr)
def test_no_element_may_be_empty(right: dict[str, str], empty: Any) -> None:
    # Beside a list of primitives, null is how a gap is written.
    assert survivors(right, lambda slot: [] if is_gap(slot) else [empty], 900) == []


def is_gap(slot: Slot) -> bool:
    return slot.value is None


def test_no_required_element_may_be_missing(right: dict[str, str]) -> None:
    assert survivors(right, without_required, 800) == []


def without_required(slot: Slot) -> Iterator[Any]:
    if slot.element.min and isinstance(slot.holder, dict):
        yield REMOVED


OTHER_TYPES: list[Any] = [
    {"id": "a", "extension": [{"url": "urn:x", "valueCode": "a"}]},
    ["a"],
    [{"id": "a"}],
    "a b",
    17,
    1.5,
    True,
]


def test_no_element_may_have_another_json_type(right: dict[str, str]) -> None:
    assert survivors(right, of_other_types, 5000) == []


def of_other_types(slot: Slot) -> Iterator[Any]:
    return (one for one in OTHER_TYPES if json_type(one) is not json_type(slot.value))


def json_type(value: Any) -> type:
    return float if type(value) is int else type(value)


def test_what_is_one_is_no_list_and_a_list_is_not_one(right: dict[str, str]) -> None:
    assert survivors(right, of_other_cardinality, 900) == []


def of_other_cardinality(slot: Slot) -> Iterator[Any]:
    yield slot.value[0] if isinstance(slot.value, list) else [slot.value]


def test_no_choice_may_be_taken_twice(right: dict[str, str]) -> None:
    tried = 0
    for name, text in right.items():
        resource = json.loads(text)
        for slot in [slot for slot in slots(resource) if slot.element.is_choice][:PLACES]:
            other = next(json_name for json_name, _ in slot.element.json_names() if json_name != slot.at[-1])
            slot.holder[other] = slot.value
            tried += 1
            assert not enters(json.dumps(resource)), (name, slot.at)
            del slot.holder[other]
    assert tried > 200


NOWHERE = {"system": "urn:nowhere", "code": "from nowhere"}


def test_no_bound_element_may_have_a_code_from_nowhere(right: dict[str, str]) -> None:
    assert survivors(right, with_code_from_nowhere, 700) == []


def with_code_from_nowhere(slot: Slot) -> Iterator[Any]:
    if slot.element.value_set is None or isinstance(slot.value, list):
        return
    if slot.of_type == "code":
        yield "from nowhere"
    if not value_set(slot.element.value_set):
        return
    if slot.of_type == "code":
        yield f"{slot.value}x"
    elif slot.of_type == "Coding":
        yield NOWHERE
    elif slot.of_type == "CodeableConcept":
        yield {"coding": [NOWHERE]}


def test_no_object_may_have_an_unknown_element(right: dict[str, str]) -> None:
    assert survivors(right, with_unknown_element, 1200) == []


def with_unknown_element(slot: Slot) -> Iterator[Any]:
    if isinstance(slot.value, dict):
        yield {**slot.value, "dosse": "a"}
        yield {**slot.value, "_dosse": {"id": "a"}}
        if slot.of_type != "Resource":
            yield {**slot.value, "resourceType": "Patient"}


# --- what only text can be

HERE = "~here~"


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inner)


def with_mark(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The example with a marked member in one object after the other, and that object."""
    resource = json.loads(text)
    everywhere = list(objects(resource))
    for holder in random.Random(name).sample(everywhere, min(PLACES, len(everywhere))):
        known = dict(holder)
        holder[HERE] = HERE
        yield json.dumps(resource), known
        del holder[HERE]


MEMBER = f'"{HERE}": "{HERE}"'


def test_no_key_may_stand_twice_in_its_object_however_deep(right: dict[str, str]) -> None:
    for name, text in right.items():
        for marked, known in with_mark(text, name):
            key, value = random.Random(name).choice(list(known.items()))
            again = f"{json.dumps(key)}: {json.dumps(value)}"
            escaped = again.replace(key[0], f"\\u{ord(key[0]):04x}", 1)
            assert refused(marked.replace(MEMBER, again)), name
            assert refused(marked.replace(MEMBER, escaped)), name


def test_nothing_may_nest_deeper_than_the_limit(right: dict[str, str]) -> None:
    deep = '"extension": [{"url": "urn:x", ' * DEEPEST + '"valueCode": "a"' + "}]" * DEEPEST
    for name, text in right.items():
        for marked, _ in with_mark(text, name):
            assert refused(marked.replace(MEMBER, deep)), name


BAD_CHARACTERS = [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x00", b"\x01", rb"\u0000", rb"\ud800", rb"\u0001"]


@pytest.mark.parametrize("bad", BAD_CHARACTERS, ids=repr)
def test_no_text_may_have_a_bad_character(right: dict[str, str], bad: bytes) -> None:
    for name, text in right.items():
        quotes = [
            place for place, character in enumerate(text) if character == '"' and text[place - 1] != "\\"
        ]
        for place in random.Random(name).sample(quotes, min(PLACES, len(quotes))):
            # Before a closing quote or behind an opening one: in a key or in a value.
            inside_quotes = place if quotes.index(place) % 2 else place + 1
            raw = text[:inside_quotes].encode() + bad + text[inside_quotes:].encode()
            assert refused(raw), name


def test_a_text_is_one_whole_object_without_a_byte_order_mark(right: dict[str, str]) -> None:
    for name, text in right.items():
        assert refused(b"\xef\xbb\xbf" + text.encode()), name
        assert refused(text + text), name
        assert refused(text[:-1]), name
        assert refused(f"[{text}]"), name


def refused(raw: str | bytes) -> bool:
    return not enters(raw)
