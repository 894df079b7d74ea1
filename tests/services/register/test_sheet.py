"""The register on paper."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from services.register.lines import LineRow
from services.register.sheet import Printed, register_sheet
from services.shared.languages import in_language, installed_languages

PAGE = re.compile(rb"/Type\s*/Page\b")
LANGUAGES = installed_languages("en", pseudo=True).offered
LINE = LineRow(
    number=1, at=datetime(2026, 3, 1, tzinfo=UTC), what="Received", remarks=("undoes line 7",),
    texts=("#panic() *bold* $x$ ] [",), lot="#lot[", container="B1", amount="+1,000", in_safe="1,000", in_container="500",
    balance="1,500", signed=("Ana Kovač", "Ђурић, a long name that takes more than one line"), alone=True, undone_by=9,
    correctable=True, discrepancy=None,
)  # fmt: skip
EMPTY = Printed(
    "DEMO Prison North", "Methadone, oral solution, 10 mg/mL", "0 mL", (), date(2026, 3, 1), date(2026, 3, 31),
    ZoneInfo("Europe/Podgorica"),
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_wrote_is_no_instruction_and_many_lines_take_many_pages(language: str) -> None:
    with in_language(LANGUAGES[language]):
        none = register_sheet(EMPTY)
        many = register_sheet(replace(EMPTY, rows=tuple(replace(LINE, number=one) for one in range(1, 60))))
    assert len(PAGE.findall(none)) == 1
    assert len(PAGE.findall(many)) > 2
