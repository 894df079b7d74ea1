"""JSON Patch: what each operation does, what it leaves, and what is refused."""

import copy
import json
from time import thread_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_store.errors import BadPatch, PatchTestFailed, Unreadable
from fhir_store.json_text import parse
from fhir_store.patching import json_patched

PATIENT = (
    '{ "resourceType":"Patient",\n  "name":[{"family":"\\u0110oki\\u0107","given":["Ana", "Mara"]}],'
    '"multipleBirthInteger":2.0, "extension":[{"url":"x","valueDecimal":1.50}] }'
)


def patched(*operations: Any, text: str = PATIENT) -> str:
    return json_patched(parse(text), json.dumps(operations).encode()).text


def op(name: str, path: str, value: Any = ..., **others: Any) -> dict[str, Any]:
    return {"op": name, "path": path, **({} if value is ... else {"value": value}), **others}


@pytest.mark.parametrize(
    ("operation", "before", "after"),
    [
        (op("replace", "/name/0/given/1", "Iva"), '"Mara"', '"Iva"'),
        (op("add", "/name/0/given/-", "Iva"), '"Mara"', '"Mara","Iva"'),
        (op("add", "/name/0/given/0", "Iva"), '"Ana", "Mara"', '"Iva", "Ana","Mara"'),
        (op("remove", "/name/0/given/0"), '"Ana", "Mara"', '"Mara"'),
        (op("add", "/active", True), "1.50}] }", '1.50}],"active":true }'),
        (op("remove", "/multipleBirthInteger"), '"multipleBirthInteger":2.0,', ""),
        (op("move", "/name/0/given/0", **{"from": "/name/0/given/1"}), '"Ana", "Mara"', '"Mara", "Ana"'),
        (op("move", "/name", **{"from": "/name"}), "", ""),
        (
            op("copy", "/name/0/text", **{"from": "/name/0/family"}),
            '"Mara"]',
            '"Mara"],"text":"\\u0110oki\\u0107"',
        ),
        (op("test", "/multipleBirthInteger", 2), "", ""),
        (op("test", "/name/0/family", "Đokić"), "", ""),
    ],
)
def test_only_what_an_operation_names_changes(operation: Any, before: str, after: str) -> None:
    assert patched(operation) == (PATIENT.replace(before, after) if before else PATIENT)


def test_a_new_value_is_written_as_it_was_sent() -> None:
    patch = b'[{"op":"add","path":"/x","value":{"a" : 1.500, "b":"\\u0110"}}]'
    assert json_patched(parse('{"resourceType":"Basic"}'), patch).text == (
        '{"resourceType":"Basic","x":{"a" : 1.500, "b":"\\u0110"}}'
    )


def test_the_submitted_resource_and_the_patch_stay_as_they_are() -> None:
    resource = parse(PATIENT)
    before = copy.deepcopy(resource.value)
    json_patched(resource, json.dumps([op("remove", "/name/0/given/0")]).encode())
    assert resource.value == before


def test_a_copy_does_not_change_with_its_source() -> None:
    text = patched(
        op("copy", "/other", **{"from": "/name"}),
        op("remove", "/name/0/given"),
        op("add", "/other/0/use", "old"),
    )
    document = json.loads(text)
    assert document["name"] == [{"family": "Đokić"}]
    assert document["other"] == [{"family": "Đokić", "given": ["Ana", "Mara"], "use": "old"}]


def test_escapes_of_a_pointer_mean_a_slash_and_a_tilde() -> None:
    assert json.loads(patched(op("replace", "/a~1b~0c~01", 1), text='{"a/b~c~1":0}')) == {"a/b~c~1": 1}


def test_the_whole_can_be_replaced_and_not_removed() -> None:
    assert patched(op("replace", "", {"resourceType": "Basic"})) == '{"resourceType": "Basic"}'
    with pytest.raises(BadPatch):
        patched(op("remove", ""))
    with pytest.raises(BadPatch):
        patched(op("replace", "", [1]))


@pytest.mark.parametrize(
    ("value", "expected", "equal"),
    [
        ("1.0", "1", True),
        ("1e2", "100.00", True),
        ("1", '"1"', False),
        ("1", "true", False),
        ("0", "false", False),
        ("null", "null", True),
        ("null", "false", False),
        ('{"a":1,"b":[2]}', '{"b":[2.0],"a":1}', True),
        ("[1,2]", "[2,1]", False),
        ("[1]", "[1,1]", False),
        ('{"a":1}', '{"a":1,"b":1}', False),
        ('"\\u0061"', '"a"', True),
        ("1e99999999999999999999", "1e99999999999999999999", True),
        ("1e99999999999999999999", "1", False),
    ],
)
def test_test_compares_what_json_means(value: str, expected: str, equal: bool) -> None:
    patch = f'[{{"op":"test","path":"/a","value":{expected}}}]'.encode()
    resource = parse(f'{{"a":{value}}}')
    if equal:
        assert json_patched(resource, patch).text == resource.text
    else:
        with pytest.raises(PatchTestFailed):
            json_patched(resource, patch)


@pytest.mark.parametrize(
    "operation",
    [
        op("remove", "/active"),
        op("replace", "/active", True),
        op("add", "/contact/0", {}),
        op("add", "/name/2", {}),
        op("add", "/name/00", {}),
        op("add", "/name/x", {}),
        op("remove", "/name/-"),
        op("remove", "/name/1"),
        op("replace", "/name/-1", {}),
        op("add", "/resourceType/x", 1),
        op("add", "name", 1),
        op("add", "/~2", 1),
        op("add", "/active"),
        op("move", "/name/0", **{"from": "/name"}),
        op("move", "/x"),
        op("copy", "/x", **{"from": "/y"}),
        op("test", "/x", 1),
        op("merge", "/x", 1),
        op("add", "/x" * 65, 1),
        {"op": "add", "value": 1},
        {"path": "/x", "value": 1},
        {"op": 1, "path": "/x"},
        {"op": "add", "path": 1, "value": 1},
        "add",
        None,
    ],
)
def test_what_cannot_be_done_names_the_operation(operation: Any) -> None:
    with pytest.raises(BadPatch) as refusal:
        patched(op("test", "/resourceType", "Patient"), operation)
    (issue,) = refusal.value.issues
    assert (issue.code, issue.expression) == ("processing", "patch[1]")
    assert not isinstance(refusal.value, PatchTestFailed)


@pytest.mark.parametrize("patch", ["{}", '"x"', "1", "null"])
def test_a_patch_is_a_list(patch: str) -> None:
    with pytest.raises(BadPatch):
        json_patched(parse(PATIENT), patch.encode())


@pytest.mark.parametrize(
    "patch", [b"", b"[", b"[] []", b'[{"op":"test","op":"add"}]', b"[NaN]", b"[\xff]", b'["\\ud800"]']
)
def test_a_patch_is_read_as_strictly_as_a_resource(patch: bytes) -> None:
    with pytest.raises(Unreadable):
        json_patched(parse(PATIENT), patch)


def test_no_message_carries_what_was_sent() -> None:
    with pytest.raises(PatchTestFailed) as refusal:
        patched(op("test", "/name/0/family", "SECRET"))
    assert "SECRET" not in str(refusal.value.issues)
    assert "oki" not in str(refusal.value.issues)


def test_copies_of_copies_end() -> None:
    doubling = [op("copy", f"/x{n}", **{"from": ""}) for n in range(60)]
    with pytest.raises(BadPatch, match="characters together"):
        patched(*doubling)


def test_nesting_stays_within_what_a_resource_may_have() -> None:
    wrapped = [op("add", "/x" + "/0" * (30 * n), json.loads("[" * 31 + "]" * 31)) for n in range(3)]
    with pytest.raises(BadPatch, match="deeper"):
        patched(*wrapped)


def test_thousands_of_operations_take_a_moment_and_more_are_refused() -> None:
    began = thread_time()
    text = patched(*[op("add", "/name/0/given/0", "x")] * 10_000)
    assert thread_time() - began < 5
    assert len(json.loads(text)["name"][0]["given"]) == 2 + 10_000
    with pytest.raises(BadPatch, match="10000 operations"):
        patched(*[op("add", "/name/0/given/0", "x")] * 10_001)


# The same in the slowest and most obvious way, on plain Python values.

names = st.sampled_from(["a", "b", "/", "~", "0"])
documents = st.recursive(
    st.integers(0, 3) | st.booleans() | st.sampled_from(["x", "y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)
pointers = st.lists(st.sampled_from(["a", "b", "~1", "~0", "0", "1", "2", "-"]), max_size=3).map(
    lambda found: "".join(f"/{name}" for name in found)
)
operations = st.fixed_dictionaries(
    {
        "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]),
        "path": pointers,
        "from": pointers,
        "value": documents,
    }
)


def plainly(document: Any, operation: Any) -> Any:
    """The document after one operation. Raises LookupError or ValueError if it cannot be done."""
    kind, path, source = operation["op"], steps(operation["path"]), steps(operation["from"])
    value = copy.deepcopy(operation["value"])
    if kind in ("move", "copy"):
        value = copy.deepcopy(found(document, source))
    if kind == "move":
        if source == path:
            return document
        if path[: len(source)] == source:
            raise ValueError
        document = without(document, source)
    if kind == "test":
        if json.dumps(found(document, path), sort_keys=True) != json.dumps(value, sort_keys=True):
            raise ValueError
        return document
    if kind == "remove":
        return without(document, path)
    if kind == "replace":
        found(document, path)
        return value if not path else with_(without(document, path), path, value)
    return with_(document, path, value)


def steps(pointer: str) -> list[str]:
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]


def found(document: Any, path: list[str]) -> Any:
    for name in path:
        document = document[int(name)] if isinstance(document, list) else member(document, name)
    return document


def member(document: Any, name: str) -> Any:
    if isinstance(document, dict):
        return document[name]
    raise LookupError


def without(document: Any, path: list[str]) -> Any:
    found(document, path)
    if not path:
        raise ValueError
    document = copy.deepcopy(document)
    holder = found(document, path[:-1])
    del holder[int(path[-1]) if isinstance(holder, list) else path[-1]]
    return document


def with_(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    document = copy.deepcopy(document)
    holder = found(document, path[:-1])
    if isinstance(holder, list):
        at = len(holder) if path[-1] == "-" else int(path[-1])
        if at > len(holder):
            raise ValueError
        holder.insert(at, value)
    else:
        member({path[-1]: 0} if isinstance(holder, dict) else holder, path[-1])
        holder[path[-1]] = value
    return document


@given(st.dictionaries(names, documents, max_size=3), st.lists(operations, max_size=6))
def test_it_agrees_with_the_obvious_way(document: Any, patch: Any) -> None:
    try:
        expected: Any = document
        for operation in patch:
            expected = plainly(expected, operation)
        assert isinstance(expected, dict)
    except (AssertionError, LookupError, ValueError):
        with pytest.raises(BadPatch):
            patched(*patch, text=json.dumps(document))
    else:
        result = json.loads(patched(*patch, text=json.dumps(document)))
        assert json.dumps(result, sort_keys=True) == json.dumps(expected, sort_keys=True)
