"""The indicator manual: one page per measure, from what its module states and its chapter in tests/spec.

Run in a checkout: `python -m cascade.manual` writes docs/indicators again. A test keeps the pages current.
"""

import ast
import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

from cascade import monthly as measures
from cascade.monthly import Measure

CHECKOUT = Path(__file__).parents[1]


def main() -> None:
    """Write every page."""
    for name in measures.names():
        page_path(name).write_text(page(name), encoding="utf-8")


def page_path(name: str) -> Path:
    """Where the page of a measure is."""
    return CHECKOUT / "docs" / "indicators" / f"{name.replace('_', '-')}.md"


def chapter_path(name: str) -> Path:
    """Where the spec chapter of a measure is."""
    return CHECKOUT / "tests" / "spec" / f"test_{name}.py"


def page(name: str) -> str:
    """The page of a measure, as Markdown."""
    chapter = ast.parse(chapter_path(name).read_text(encoding="utf-8"))
    parts = (*_statements(measures.measure(name)), *_chapter(chapter))
    return "\n\n".join(parts) + "\n"


def _statements(measure: Measure) -> Iterator[str]:
    yield f"# {measure.title}"
    yield f"<!-- Written by `python -m cascade.manual` from cascade/monthly/{measure.name}.py and its spec. -->"
    yield f"{measure.source}, version {measure.version}, status: {measure.status}."
    yield f"**Population.** {measure.population}"
    yield f"**Counted.** {measure.numerator}"
    yield f"**Unit.** {measure.unit[:1].upper()}{measure.unit[1:]}. **Denominator.** {measure.denominator}"
    yield f"**Look-back.** {measure.look_back}"
    yield f"**Rows.** {measure.rows}"
    yield _list("Not counted", measure.exclusions)
    yield _list("Not to be compared with", measure.variants)


def _list(heading: str, lines: tuple[str, ...]) -> str:
    return "\n".join((f"**{heading}**", "", *(f"- {line}" for line in lines)))


def _chapter(chapter: ast.Module) -> Iterator[str]:
    yield "## By example"
    yield ast.get_docstring(chapter) or ""
    for one in chapter.body:
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
            yield f"### {_sentence(one.name)}"
            yield from _tables(one)


def _sentence(test_name: str) -> str:
    words = test_name.removeprefix("test_").replace("_", " ")
    return words[:1].upper() + re.sub(r"\b(fhir|oat)\b", lambda found: found[0].upper(), words[1:])


def _tables(test: ast.FunctionDef) -> Iterator[str]:
    """The world, the window where the test names one, and the expected numbers of the test's one act."""
    call = next(one for one in ast.walk(test) if isinstance(one, ast.Call))
    options = {option.arg: ast.literal_eval(option.value) for option in call.keywords if option.arg}
    expect = options.pop("expect")
    yield _code(ast.literal_eval(call.args[1]))
    said = ", ".join(f"{name} {value}" for name, value in options.items())
    yield f"With {said.replace('_', ' ')}:" if said else "Expected:"
    yield _code(expect)


def _code(table: str) -> str:
    return f"```text\n{cleandoc(table).strip()}\n```"


if __name__ == "__main__":
    main()
