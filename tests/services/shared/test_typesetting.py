"""Paper in a language that no native speaker has read says so on each page; other paper does not."""

import re
from pathlib import Path
from typing import Any

import pytest
import typst

from services.shared.languages import in_language, installed_languages
from services.shared.typesetting import pdf

PAGE = re.compile(rb"/Type\s*/Page\b")
LANGUAGES = installed_languages("en", pseudo=False).offered
TWO_PAGES = """#let it = json(bytes(sys.inputs.values))
#set document(title: it.title)
#set page(paper: "a6", margin: 9mm, footer: it.title)
= #it.title
#pagebreak()
#it.title
"""


@pytest.fixture(name="template")
def _template(tmp_path: Path) -> Path:
    (tmp_path / "two_pages.typ").write_text(TWO_PAGES)
    return tmp_path / "two_pages.typ"


def _marks(template: Path, code: str) -> list[bytes]:
    """Each page as a picture of its own, in the language of that code."""
    made: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch, in_language(LANGUAGES[code]):
        compile_ = typst.compile
        patch.setattr(
            typst, "compile", lambda *given, **named: made.append(named) or compile_(*given, **named)
        )
        assert len(PAGE.findall(pdf(template, {"title": "Sheet"}))) == 2
        patch.setattr(
            typst,
            "compile",
            lambda *given, **named: compile_(*given, **{**named, "format": "svg", "pdf_standards": []}),
        )
        pages = pdf(template, {"title": "Sheet"})
    assert "No native speaker" in made[0]["sys_inputs"]["draft"]
    return [pages] if isinstance(pages, bytes) else list(pages)


@pytest.mark.parametrize("code", ["sr", "sq", "mk"])
def test_each_page_in_a_draft_carries_the_mark(template: Path, code: str) -> None:
    assert LANGUAGES[code].is_draft
    plain, marked = _marks(template, "en"), _marks(template, code)
    assert len(plain) == len(marked) == 2
    # A sentence in two languages is many more glyphs than two words are.
    assert all(
        page.count(b"<use") > other.count(b"<use") + 60 for page, other in zip(marked, plain, strict=True)
    )
