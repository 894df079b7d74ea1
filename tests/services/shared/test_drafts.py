"""Catalogues that no native speaker has read: whoever reads them knows it, and has chosen it."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient

from services.app import create_app
from services.settings import Settings
from services.shared import languages
from services.shared.database import Database
from services.shared.languages import LOCALES, TEMPLATE, installed_languages

CATALOGUES = sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))
# What a translation has to have as its source has it.
KEPT = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?[a-z][^>]*>|&#?\w+;")


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def _texts(said: object) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ())  # type: ignore[call-overload]


def _wrong(message: Message) -> Iterator[str]:
    sources = [sorted(KEPT.findall(one)) for one in _texts(message.id)]
    for text in filter(None, _texts(message.string)):
        if sorted(KEPT.findall(text)) not in sources:
            yield f"{message.id}: {text}"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_translation_has_the_placeholders_and_markup_of_its_source(path: Path) -> None:
    assert [one for message in _read(path) if message.id for one in _wrong(message)] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_catalogue_has_the_texts_of_the_template(path: Path) -> None:
    template = read_po(io.BytesIO(TEMPLATE.read_bytes()))
    assert {message.id for message in _read(path)} == {message.id for message in template}, (
        "run: python -m services.shared.catalogue"
    )


def test_serbian_is_offered_in_both_scripts_and_others_in_one() -> None:
    offered = installed_languages("en", pseudo=False).offered
    assert [*offered] == ["en", "mk", "sq", "sr", "sr-latn"]
    assert all(language.is_draft for code, language in offered.items() if code != "en")


DRAFT = """
msgid ""
msgstr ""
"Language: sr\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Sign in"
msgstr "Пријава"

msgid "Skip to the content"
msgstr ""

msgid "%(n)s day"
msgid_plural "%(n)s days"
msgstr[0] "%(n)s дан"
msgstr[1] ""
msgstr[2] "%(n)s дана"
"""


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only catalogue of the installation."""
    path = tmp_path / "locales" / "sr" / "LC_MESSAGES" / "draft.po"
    path.parent.mkdir(parents=True)
    path.write_text(DRAFT, encoding="utf-8")
    monkeypatch.setattr(languages, "LOCALES", path.parents[2])
    return path


@pytest.mark.parametrize(("code", "words"), [("sr", "Пријава"), ("sr-latn", "Prijava")])
def test_what_is_not_translated_whole_is_english(draft: Path, code: str, words: str) -> None:
    translations = installed_languages(code, pseudo=False).preferred.translations
    assert translations.gettext("Sign in") == words
    assert translations.gettext("Skip to the content") == "Skip to the content"
    assert translations.ngettext("%(n)s day", "%(n)s days", 2) == "%(n)s days"


@pytest.mark.parametrize(
    ("chosen", "wishes", "code"),
    [
        ([], ["sr-Latn-ME", "en"], "en"),
        (["sr-Latn-ME"], [], "sr-Latn"),
        (["sr_RS"], ["en"], "sr"),
        (["xx"], ["sr", "mk"], "en"),
    ],
)
def test_only_who_chose_a_draft_gets_it(draft: Path, chosen: list[str], wishes: list[str], code: str) -> None:
    assert installed_languages("en", pseudo=False).choose(chosen, wishes).code == code


def test_once_somebody_has_read_it_a_browser_gets_it_by_asking(draft: Path) -> None:
    draft.rename(draft.with_name("messages.po"))
    (language,) = (installed_languages("en", pseudo=False).choose([], [wish]) for wish in ["sr-Cyrl-RS"])
    assert (language.code, language.is_draft) == ("sr", False)


def test_a_page_in_a_draft_says_so_in_english_too(database: Database, settings: Settings) -> None:
    client = TestClient(create_app(settings, database), headers={"Accept": "text/html"})
    warned = '<span lang="en">No native speaker has read these words yet.'
    assert warned in client.get("/sign-in?lang=sr").text
    assert '<html lang="sr-Latn"' in client.get("/sign-in?lang=sr-Latn").text
    assert "banner-draft" in client.get("/round?lang=mk").text
    asked = client.get("/sign-in", headers={"Accept-Language": "sr"})
    assert "banner-draft" not in asked.text
