"""The page of each measure, written from what its module states and its chapter in tests/spec.

Run in a checkout: `python -m cascade.manual` writes docs/indicators again. A test keeps the pages current.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from inspect import cleandoc
from pathlib import Path
from typing import Any

from cascade import measures
from cascade.measures import Figure, Measure

CHECKOUT = Path(__file__).parents[1]
PAGES = CHECKOUT / "docs" / "indicators"

KINDS: Mapping[str, str] = {
    "flow": "Flow: events in the period.",
    "stock": "Stock: at 24:00 on the last day of the period.",
    "cohort": "Cohort: followed from an entry in the period.",
}
ACTS = ("counted", "timed")
"""The fixtures that a chapter's tests give a world to."""


def main() -> None:
    """Write every page, and remove those of measures that are no more."""
    pages = {page_path(name): page(name) for name in measures.names()}
    PAGES.mkdir(exist_ok=True)
    for path in PAGES.glob("*.md"):
        path.unlink()
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")


def page_path(name: str) -> Path:
    """Where the page of a measure is."""
    return PAGES / f"{name.replace('_', '-')}.md"


def chapter_path(name: str) -> Path:
    """Where the spec chapter of a measure is."""
    return CHECKOUT / "tests" / "spec" / f"test_{name}.py"


def page(name: str) -> str:
    """The page of a measure, as Markdown."""
    parts = (*_statements(measures.measure(name)), *_chapter(chapter_path(name)))
    return "\n\n".join(parts) + "\n"


def _statements(measure: Measure) -> Iterator[str]:
    yield f"# {measure.title}"
    yield f"<!-- Written by `python -m cascade.manual` from cascade/measures/{measure.name}.py and its spec. -->"
    yield f"`{measure.name}`, version {measure.version}, status: {measure.status}. Source: {measure.source}."
    yield f"**{KINDS[measure.kind]}** Unit: {measure.unit}."
    yield f"**Population.** {measure.population}"
    yield f"**Members.** {measure.members}"
    yield _list("Statuses, of which each member has one", _named(measure.statuses))
    yield _list("Figures", _figures(measure))
    yield _list("Profiles, the first if none is named", _named(measure.profiles))
    yield f"**Look-back.** {measure.look_back}"
    yield _list("Not counted", measure.exclusions)
    yield _list("Not to be compared with", measure.variants)


def _named(said: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"`{name}`: {meaning}" for name, meaning in said.items())


def _figures(measure: Measure) -> tuple[str, ...]:
    return tuple(
        f"`{name}`: {figure.title}. {_counted(figure, measure)}" for name, figure in measure.figures.items()
    )


def _counted(figure: Figure, measure: Measure) -> str:
    counted = f"Counts {_statuses(figure.counted, measure)}"
    return f"{counted}." if figure.among is None else f"{counted}, out of {_statuses(figure.among, measure)}."


def _statuses(names: tuple[str, ...], measure: Measure) -> str:
    return "all members" if set(names) == set(measure.statuses) else ", ".join(f"`{name}`" for name in names)


def _list(heading: str, lines: tuple[str, ...]) -> str:
    return "\n".join((f"**{heading}**", "", *(f"- {line}" for line in lines)))


def _chapter(path: Path) -> Iterator[str]:
    chapter, said = ast.parse(path.read_text(encoding="utf-8")), _said(path)
    yield "## By example"
    yield ast.get_docstring(chapter) or ""
    for one in chapter.body:
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
            yield f"### {_sentence(one.name)}"
            yield from _example(one, said)


def _said(path: Path) -> Mapping[str, Any]:
    """The names of a chapter, so that a table with a name of its own can be shown."""
    spec = spec_from_file_location(f"chapter_{path.stem}", path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


def _sentence(test_name: str) -> str:
    words = test_name.removeprefix("test_").replace("_", " ")
    said = re.sub(r"\b(fhir|oat|art|hiv)\b", lambda found: found[0].upper(), words)
    return said[:1].upper() + said[1:]


def _example(test: ast.FunctionDef, said: Mapping[str, Any]) -> Iterator[str]:
    """The worlds of a test, each with the members that it must give; of a test that is run for many cases, the cases."""
    cases = _cases(said[test.name])
    known = {**said, **{name: f"<{name}>" for name in cases[0]}} if cases else dict(said)
    for one in test.body:
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and not _acts(one):
            known[one.targets[0].id] = _value(one.value, known)
    for act in _acts(test):
        yield from _act(act, known)
    if cases:
        yield "For each of these:"
        yield _code(_table(cases))


def _acts(test: ast.stmt) -> list[ast.Call]:
    calls = [one for one in ast.walk(test) if isinstance(one, ast.Call)]
    acts = [one for one in calls if isinstance(one.func, ast.Name) and one.func.id in ACTS]
    return sorted(acts, key=lambda act: act.lineno)


def _act(act: ast.Call, known: Mapping[str, Any]) -> Iterator[str]:
    given: dict[str, Any] = {}
    for option in act.keywords:
        value = _value(option.value, known)
        given |= value if option.arg is None else {option.arg: value}
    period, expect, profile = given.pop("period"), given.pop("expect"), given.pop("profile", None)
    for table, rows in given.items():
        yield f"`{table}`"
        yield _code(rows)
    reading = f", under the profile `{profile}`" if profile else ""
    yield f"Members of {period}{reading}:"
    yield _code(expect)


def _value(expression: ast.expr, known: Mapping[str, Any]) -> Any:
    return eval(compile(ast.Expression(expression), "chapter", "eval"), dict(known))  # noqa: S307 - our own tests


def _cases(test: Any) -> list[dict[str, str]]:
    """What a parametrized test is run for, by parameter; none for a test that is run once."""
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            names, cases = mark.args
            listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
            return [dict(zip(listed, map(str, getattr(case, "values", case)), strict=True)) for case in cases]
    return []


def _table(cases: list[dict[str, str]]) -> str:
    """Cases as the chapters draw their tables."""
    columns = {name: [name, *(case[name] for case in cases)] for name in cases[0]}
    widths = {name: max(map(len, cells)) for name, cells in columns.items()}
    heading, *rows = [
        " | ".join(cells[n].ljust(widths[name]) for name, cells in columns.items()).rstrip()
        for n in range(len(cases) + 1)
    ]
    return "\n".join((heading, "-+-".join("-" * width for width in widths.values()), *rows))


def _code(table: str) -> str:
    return f"```text\n{cleandoc(table).strip()}\n```"


if __name__ == "__main__":
    main()
