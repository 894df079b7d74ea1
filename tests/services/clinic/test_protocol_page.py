"""The page of the country's numbers: each with source and who stands for it; what nobody set is named."""

from collections.abc import Callable

from people_pages import PlainBrowser

from clinical.oat.law import DECIDED_BY_LAW, PIN
from clinical.protocols import Protocol
from clinical.protocols.protocol import Parameter, Status, protocol_of
from services.clinic.protocol_page import _page

DEMONSTRATION = protocol_of("demonstration")


def test_every_parameter_stands_on_it_once_with_its_source() -> None:
    shown = _page(DEMONSTRATION)
    lines = [line for _, lines in shown.groups for line in lines]
    assert sorted(line.name for line in lines) == sorted(DEMONSTRATION.parameters)
    assert all(line.values and line.source for line in lines)
    assert (shown.proposed, shown.not_set) == (len(lines), ())


def test_who_approved_is_named_and_what_the_law_decides_and_nobody_set() -> None:
    approved = Parameter("20 h", "the guideline, p. 3", Status.APPROVED, "2024", "Dr DEMO, 2026-01-02")
    shown = _page(Protocol({PIN: Parameter(True, "the law", Status.PROPOSED), "other.x": approved}))
    assert set(shown.not_set) == {*DECIDED_BY_LAW} - {PIN}
    assert shown.proposed == 1
    by_name = {line.name: line for _, lines in shown.groups for line in lines}
    assert (by_name["other.x"].approved_by, by_name["other.x"].version) == ("Dr DEMO, 2026-01-02", "2024")
    assert by_name[PIN].approved_by == ""
    assert by_name[PIN].values == ("yes",)


def test_a_table_is_a_line_for_each_row() -> None:
    rows = [{"days": 1, "level": "normal"}, {"days": 3, "level": "prescriber"}]
    shown = _page(Protocol({"oat.x": Parameter(rows, "s", Status.PROPOSED)}))
    assert shown.groups[0][1][0].values == ("days 1, level normal", "days 3, level prescriber")


def test_the_page_opens_and_says_so_where_nothing_is_set(sign_in: Callable[..., PlainBrowser]) -> None:
    page = sign_in("doctor").open("/protocol")
    assert page.status_code == 200
    assert "proposed" in page.text or "No protocol is set" in page.text
