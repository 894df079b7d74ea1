"""Parameters by country: each with its source, and none where the law was not looked up."""

from datetime import timedelta
from decimal import Decimal
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


def a_law(value: object) -> Protocol:
    return Protocol({"a": Parameter(value, "x", Status.PROPOSED)})


@pytest.mark.parametrize("value", ["20", -1, Decimal("-0.5"), True, Decimal("nan"), Decimal("inf"), 0.5])
def test_an_amount_of_the_wrong_kind_is_refused(value: object) -> None:
    with pytest.raises(BadProtocol):
        a_law(value).decimal("a")


@pytest.mark.parametrize(("written", "value"), [("0", 0), ("30", 30), ("2.50", Decimal("2.5"))])
def test_an_amount_keeps_its_decimals(written: str, value: object, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(f'[parameter.a]\nvalue = {written}\nsource = "x"\nstatus = "proposed"\n')
    assert protocol_in(tmp_path / "x.toml").decimal("a") == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("90 min", timedelta(minutes=90)),
        ("20 h", timedelta(hours=20)),
        ("5 d", timedelta(days=5)),
        ("2 wk", timedelta(days=14)),
        ("0 min", timedelta()),
    ],
)
def test_a_duration_is_written_with_its_unit(written: str, value: timedelta) -> None:
    assert a_law(written).duration("a") == value


@pytest.mark.parametrize("value", [20, "20", "h", "20h", "-1 h", "1.5 h", "1 mo", "20 hours", " 20 h", "٣ h"])
def test_a_duration_without_a_known_unit_is_refused(value: object) -> None:
    with pytest.raises(BadProtocol, match="duration"):
        a_law(value).duration("a")


def test_days_are_whole() -> None:
    assert (a_law("2 wk").days("a"), a_law("48 h").days("a")) == (14, 2)
    with pytest.raises(BadProtocol, match="whole days"):
        a_law("36 h").days("a")


def test_a_table_is_a_list_of_rows() -> None:
    assert a_law([{"from": 1}]).table("a") == ({"from": 1},)
    for wrong in ([], [1], {"from": 1}, "x"):
        with pytest.raises(BadProtocol, match="rows"):
            a_law(wrong).table("a")


def test_what_is_not_set_can_be_told() -> None:
    assert NO_PROTOCOL.decimal("a") is None
    assert NO_PROTOCOL.duration("a") is None
    assert NO_PROTOCOL.days("a") is None
    assert NO_PROTOCOL.table("a") is None
    assert a_law(1).not_set("b", "a", "c") == ("b", "c")


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
