"""The texts that scripts show, marked in them as ``_("...")``: a page carries their translations for its script."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from babel.messages.extract import extract_from_file

from services.shared.languages import gettext

KEYWORDS = {"_": None}


def texts_of_scripts(folder: Path) -> Sequence[str]:
    """Every text that the scripts of a folder may show, in the words of the source."""
    found = {
        message
        for path in sorted(folder.glob("*.js"))
        for _line, message, _comments, _context in extract_from_file("javascript", path, keywords=KEYWORDS)
        if isinstance(message, str)
    }
    return sorted(found)


def translated(texts: Sequence[str]) -> Mapping[str, str]:
    """Those in the language of the request that are not the same in it."""
    return {text: words for text in texts if (words := gettext(text)) != text}
