"""Parameters by country: each with its source, and none where the law was not looked up."""

from enum import StrEnum
from pathlib import Path

import pytest

from clinical.protocols import (
    NO_PROTOCOL,
    BadProtocol,
    Parameter,
    Protocol,
    Status,
    law_of,
    protocol_in,
    protocol_of,
)


class Word(StrEnum):
    ONE = "one"


def test_the_demonstration_country_has_a_protocol_that_nobody_approved() -> None:
    parameters = protocol_of("demonstration").parameters
    assert parameters
    assert {one.status for one in parameters.values()} == {Status.PROPOSED}


def test_what_is_not_set_is_none() -> None:
    assert NO_PROTOCOL.whole_number("a") is None
    assert NO_PROTOCOL.word("a", Word) is None
    assert NO_PROTOCOL.yes_or_no("a") is None


@pytest.mark.parametrize("value", ["18", -1, 1.5, True])
def test_a_value_of_the_wrong_kind_is_refused(value: object) -> None:
    law = Protocol({"a": Parameter(value, "x", Status.PROPOSED)})
    with pytest.raises(BadProtocol):
        law.whole_number("a")
    with pytest.raises(BadProtocol):
        law.word("a", Word)


def test_a_text_and_a_list_of_counts_are_what_they_say() -> None:
    law = Protocol(
        {"a": Parameter("urn:x", "x", Status.PROPOSED), "b": Parameter([0, 3], "x", Status.PROPOSED)}
    )
    assert (law.text("a"), law.whole_numbers("b")) == ("urn:x", (0, 3))
    assert (law.text("c"), law.whole_numbers("c")) == (None, None)


@pytest.mark.parametrize("value", [3, " ", "", [], [1, -1], [1, "2"], [True], {"a": 1}])
def test_what_is_neither_is_refused(value: object) -> None:
    law = Protocol({"a": Parameter(value, "x", Status.PROPOSED)})
    with pytest.raises(BadProtocol):
        law.text("a")
    with pytest.raises(BadProtocol):
        law.whole_numbers("a")


def test_no_is_not_the_same_as_not_set() -> None:
    assert Protocol({"a": Parameter(False, "x", Status.PROPOSED)}).yes_or_no("a") is False
    with pytest.raises(BadProtocol):
        Protocol({"a": Parameter(0, "x", Status.PROPOSED)}).yes_or_no("a")


@pytest.mark.parametrize(
    "written",
    [
        'source = "x"\nstatus = "proposed"',
        'value = 1\nstatus = "proposed"',
        'value = 1\nsource = "x"',
        'value = 1\nsource = "x"\nstatus = "believed"',
        'value = 1\nsource = "x"\nstatus = "approved"',
        'value = 1\nsource = "x"\nstatus = "proposed"\nvalu = 2',
    ],
)
def test_a_parameter_says_where_it_is_from_and_who_approved_it(written: str, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(f"[parameter.a]\n{written}\n")
    with pytest.raises(BadProtocol, match=r"^a "):
        protocol_in(tmp_path / "x.toml")


def test_an_installation_names_a_country_or_a_file_or_nothing(tmp_path: Path) -> None:
    assert law_of("") is NO_PROTOCOL
    assert law_of("demonstration") == protocol_of("demonstration")
    file = tmp_path / "ours.toml"
    file.write_text(
        '[parameter."own-file.names-of-staff"]\nvalue = true\nsource = "x"\nstatus = "proposed"\n'
    )
    assert law_of(str(file)).yes_or_no("own-file.names-of-staff") is True
    with pytest.raises(FileNotFoundError):
        law_of("atlantis")
