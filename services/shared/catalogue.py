"""The template of the catalogues: every text that a person reads on a page.

``python -m services.shared.catalogue`` writes ``services/locales/messages.pot`` and brings each catalogue up to it.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from cascade.measures import Measure, measure, names
from services.access.roles import ROLES
from services.shared.languages import LOCALES, TEMPLATE

ROOT = Path(__file__).parents[2]
PACKAGES = ("clinical", "services")
"""Whose texts are marked where they stand; ``clinical`` marks by ``clinical.words``."""

METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2.ext:babel_extract"),
    ("**/static/round/**.js", "javascript"),
]
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}}
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "gettext": None}
TRANSLATORS = ("Translators:",)

# They change with every run or every edit, and tell a translator nothing.
RESTLESS = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Generated-By",
    "Report-Msgid",
)


def catalogue_template() -> str:
    """The catalogue template of the code as it is now."""
    catalogue = Catalog(
        project="Throughcare", header_comment="# The texts of Throughcare's pages.", charset="utf-8"
    )
    for file, message, comments in (*_texts(), *_definitions(), *_roles()):
        catalogue.add(message, locations=[(file, 0)], auto_comments=comments)
    return _written(catalogue)


def _written(catalogue: Catalog) -> str:
    written = io.BytesIO()
    write_po(written, catalogue, width=110, sort_by_file=True, include_lineno=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(f'"{name}' for name in RESTLESS)))


def _texts() -> Iterator[tuple[str, str | tuple[str, ...], list[str]]]:
    for package in PACKAGES:
        found = extract_from_dir(
            ROOT / package,
            METHODS,
            OPTIONS,
            keywords=KEYWORDS,
            comment_tags=TRANSLATORS,
            strip_comment_tags=True,
        )
        for file, _line, message, comments, _context in found:
            yield f"{package}/{file}", message, comments


def _definitions() -> Iterator[tuple[str, str, list[str]]]:
    """What each measure states of itself. ``cascade`` knows no catalogue, so it cannot mark its sentences."""
    for name in names():
        for sentence in _sentences(measure(name)):
            yield f"cascade/measures/{name}.py", sentence, []


def _roles() -> Iterator[tuple[str, str, list[str]]]:
    """What each role is called and does: its file is also read by those who know no catalogue."""
    for role in ROLES.values():
        for sentence in (role.title, role.words):
            yield f"services/access/roles/{role.code}.py", sentence, []


def _sentences(stated: Measure) -> Iterator[str]:
    yield from (stated.title, stated.source, stated.status, stated.population, stated.unit, stated.members)
    yield from stated.statuses.values()
    yield from (figure.title for figure in stated.figures.values())
    yield from stated.profiles.values()
    yield stated.look_back
    yield from (*stated.exclusions, *stated.variants)


def bring_up_to_date(template: str) -> None:
    """Give each catalogue the texts of the template: new ones wait for a translator, those that nothing says any more go."""
    for path in LOCALES.glob("*/LC_MESSAGES/*.po"):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.parent.name)
        catalogue.update(read_po(io.BytesIO(template.encode())), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.write_text(_written(catalogue), encoding="utf-8")


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_text(catalogue_template(), encoding="utf-8")
    bring_up_to_date(TEMPLATE.read_text(encoding="utf-8"))
