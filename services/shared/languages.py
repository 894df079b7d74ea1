"""The languages of the interface, and the one of the request under way.

Text in the code is English; ``services/locales/<code>/LC_MESSAGES/messages.po`` holds the others, compiled in memory when
somebody first reads in one. One that no native speaker has read yet is called ``draft.po``: its pages say so, and nobody gets
it without having chosen it. Serbian is written in Cyrillic, and its Latin is made from that. The made-up language qps-ploc decorates every text that a catalogue can reach, so that
text which none can reach stands out in a test.
"""

import gettext as gnu
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from services.shared.serbian_latin import latin

LOCALES = Path(__file__).parent.parent / "locales"
TEMPLATE = LOCALES / "messages.pot"

DRAFT = "draft"
SERBIAN = "sr"
SOURCE_LANGUAGE = "en"
PSEUDO_LANGUAGE = "qps-ploc"

ACCENTED = str.maketrans("aceinosuyACEINOSUY", "áçéîñöšûýÁÇÉÎÑÖŠÛÝ")
# What a translator must leave alone: placeholders, markup, entities.
UNTRANSLATED = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]+>|&#?\w+;)")


@dataclass(frozen=True)
class Language:
    """A language that pages can be read in."""

    code: str
    tag: str  # BCP 47, as the page's lang attribute
    name: str  # in the language itself
    locale: Locale  # for dates and numbers
    read: Callable[[], gnu.NullTranslations]
    is_draft: bool = False
    """Whether no native speaker has read it yet."""

    @cached_property
    def translations(self) -> gnu.NullTranslations:
        """Its texts. Reading a catalogue takes a third of a second, so it is put off until somebody reads."""
        return self.read()


ENGLISH = Language(SOURCE_LANGUAGE, "en", "English", Locale("en", "GB"), gnu.NullTranslations)

_current: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def current_language() -> Language:
    """The language of the request under way; English outside of one."""
    return _current.get()


def use_language(language: Language) -> None:
    """Answer in this language from here on, in this request."""
    _current.set(language)


@contextmanager
def in_language(language: Language) -> Iterator[None]:
    """Write in this language meanwhile, whatever the request's is: for paper that somebody else reads."""
    before = _current.set(language)
    try:
        yield
    finally:
        _current.reset(before)


def gettext(message: str) -> str:
    """The text in the language of the request."""
    return _current.get().translations.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The text for a count, in the language of the request."""
    return _current.get().translations.ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text for the catalogue; it is translated later, when a request asks."""
    return message


@dataclass(frozen=True)
class Languages:
    """The languages an installation offers, and the one it prefers."""

    offered: Mapping[str, Language]
    preferred: Language

    def choose(self, chosen: Iterable[str], wishes: Iterable[str] = ()) -> Language:
        """The first that is offered, a region's or a script's by its language if need be; else the preferred.

        Args:
            chosen: by somebody, for this installation or for themselves.
            wishes: of a browser, which nobody may have chosen: they lead to no draft.
        """
        known = (self._offered(one) for one in chosen)
        wished = (found for one in wishes if (found := self._offered(one)) and not found.is_draft)
        return next((found for found in (*known, *wished) if found), self.preferred)

    def _offered(self, code: str) -> Language | None:
        parts = code.replace("_", "-").lower().split("-")
        shorter = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
        return next((self.offered[one] for one in shorter if one in self.offered), None)


def installed_languages(preference: str, *, pseudo: bool) -> Languages:
    """Every language with a catalogue. ``preference`` is a list such as ``sr:en``, as GNU gettext reads it."""
    languages = [ENGLISH, *_with_catalogue(), *([_pseudo_language()] if pseudo else [])]
    offered = {language.code.lower(): language for language in languages}
    wishes = (wish.partition(".")[0] for wish in preference.split(":"))
    return Languages(offered, Languages(offered, ENGLISH).choose(wishes))


def wishes_of(accept_language: str) -> list[str]:
    """The languages a browser asks for, best first. RFC 9110 section 12.5.4."""
    weighed = []
    for part in accept_language.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((float(weight or 1), tag))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighed, key=lambda pair: -pair[0]) if tag and weight > 0]


def _with_catalogue() -> Iterator[Language]:
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        code = path.parent.parent.name
        yield _language(code, path, str)
        if code == SERBIAN:
            yield _language(f"{code}_Latn", path, latin)


def _language(code: str, path: Path, written: Callable[[str], str]) -> Language:
    locale = Locale.parse(code)
    tag = code.replace("_", "-")
    name = str(locale.get_display_name(locale)).capitalize()
    return Language(tag, tag, name, locale, partial(_read, path, locale, written), path.stem == DRAFT)


def _read(path: Path, locale: Locale, written: Callable[[str], str]) -> gnu.NullTranslations:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale)
    for message in catalogue:
        texts = tuple(written(text) for text in _texts(message.string or "")) if message.id else ()
        if texts:
            # A text that is not translated is shown in English, also one of several forms.
            whole = all(texts)
            message.string = (texts if isinstance(message.id, tuple) else texts[0]) if whole else ""
    return _compiled(catalogue)


def _pseudo_language() -> Language:
    return Language(PSEUDO_LANGUAGE, "en-x-pseudo", "⟦Pšéûdö⟧", ENGLISH.locale, _decorated_texts)


def _decorated_texts() -> gnu.NullTranslations:
    with TEMPLATE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    for message in catalogue:
        if message.id:
            message.string = tuple(map(_decorated, _texts(message.id)))
            if isinstance(message.id, str):
                message.string = message.string[0]
    return _compiled(catalogue)


def _texts(message_id: str | Iterable[str]) -> tuple[str, ...]:
    return (message_id,) if isinstance(message_id, str) else tuple(message_id)


def _decorated(text: str) -> str:
    # Every second piece is what the pattern caught and a translator would keep.
    pieces = UNTRANSLATED.split(text)
    return (
        "⟦" + "".join(piece if i % 2 else piece.translate(ACCENTED) for i, piece in enumerate(pieces)) + "⟧"
    )


def _compiled(catalogue: Catalog) -> gnu.NullTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)
