"""Every official R4 example of a served type is stored and read back token for token, apart from id and meta."""

from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from answers import issue_of
from official_examples import WRONG_EXAMPLES

from fhir_store.gate import served
from fhir_store.json_text import ResourceText, parse
from fhir_store.json_text.members import members

SET_BY_STORE = ("id", "meta")
META_SET_BY_STORE = ("versionId", "lastUpdated")


@pytest.fixture(scope="module")
def examples(shared_folder: Path) -> Mapping[str, ResourceText]:
    """The official examples, by file name."""
    files = sorted((shared_folder / "conformance" / "r4-examples").glob("*.json"))
    read = {file.stem: parse(file.read_bytes()) for file in files if not file.name.startswith("package")}
    return {name: one for name, one in read.items() if served(one.value.get("resourceType"))}


def texts(text: str, without: tuple[str, ...]) -> list[tuple[str, str]]:
    """Name and text of each member of the object that a text is, in their order."""
    return [(name, text[begin:end]) for name, _, begin, end in members(text, 0) if name not in without]


def meta(text: str) -> list[tuple[str, str]]:
    """What meta says besides what the store sets."""
    own = next((text[begin:end] for name, _, begin, end in members(text, 0) if name == "meta"), "{}")
    return texts(own, META_SET_BY_STORE)


def test_every_example_is_read_back_token_for_token(
    fhir: httpx.Client, examples: Mapping[str, ResourceText], subtests: pytest.Subtests
) -> None:
    right = {name: one for name, one in examples.items() if name not in WRONG_EXAMPLES}
    assert len(right) > 70
    for name, example in right.items():
        with subtests.test(name):
            sent = example.text
            url = f"/{example.value['resourceType']}/{example.value['id']}"
            put = fhir.put(url, content=sent.encode())
            assert put.status_code in (200, 201), put.text
            read = fhir.get(url)
            assert read.text == put.text
            assert texts(read.text, SET_BY_STORE) == texts(sent, SET_BY_STORE)
            assert meta(read.text) == meta(sent)


def test_wrong_examples_are_refused_with_the_element(
    fhir: httpx.Client, examples: Mapping[str, ResourceText]
) -> None:
    for name in WRONG_EXAMPLES.keys() & examples.keys():
        example = examples[name]
        url = f"/{example.value['resourceType']}/{example.value['id']}"
        code, expression = WRONG_EXAMPLES[name][0]
        issue = issue_of(fhir.put(url, content=example.text.encode()), 422)
        assert (issue["code"], issue["expression"]) == (code, [expression])
