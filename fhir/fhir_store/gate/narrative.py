"""A light look at narrative XHTML: basic formatting only, nothing that runs or loads. FHIR R4 txt-1.

It keeps scripts out of the record; a page that shows narrative still has to treat it as foreign.
"""

import re
from typing import Any

from fhir_store.gate.rules import Found, issue, wrong_type

ELEMENTS = frozenset(
    "a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i "  # noqa: SIM905 - as a list it would fill a page
    "img kbd li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var".split()
)

_BEGINNING = re.compile(r"\s*<div[\s>/]")
_TAG = re.compile(r"<\s*+/?+([^\s<>/]*+)")
_ACTIVE = re.compile(
    r"<[^<>]*?[\s\"'/](?:on\w+\s*=|(?:href|src)\s*=\s*[\"']?\s*(?:javascript|vbscript)\s*:)", re.IGNORECASE
)


def narrative_rule(value: Any) -> Found:
    """One div of basic formatting."""
    if type(value) is not str:
        return wrong_type(value, "A string")
    if not (_BEGINNING.match(value) and value.rstrip().endswith(">")):
        return issue("invalid", "Narrative is one XHTML div element.")
    markup = _without_comments(value)
    if _ACTIVE.search(markup) or not ELEMENTS.issuperset(_TAG.findall(markup)):
        return issue("invariant", "txt-1: narrative has basic formatting only, no scripts, forms or frames.")
    return None


def _without_comments(markup: str) -> str:
    """A comment that does not end hides nothing: it stays, and no element has that name."""
    before, *rest = markup.split("<!--")
    return before + "".join(part.partition("-->")[2] if "-->" in part else f"<!--{part}" for part in rest)
