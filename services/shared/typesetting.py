"""Sheets of paper: a Typst template and what stands in it, as PDF that a screen reader can follow (PDF/UA-1).

What stands in it reaches the template as values and never as markup, so no text of a record can be an instruction.
"""

import json
from pathlib import Path
from typing import Any, Literal

import typst

from services.shared.languages import N_, current_language, gettext

STANDARD: Literal["ua-1"] = "ua-1"


UNREAD = N_("No native speaker has read these words yet. In doubt read the English.")
DRAFT_MARK = (
    "#set page(background: align(bottom + center, pad(x: 6mm, bottom: 3mm, text(6pt, sys.inputs.draft))))"
)
"""A line at the foot of each page. What a template sets for its pages does not touch it."""


def pdf(template: Path, values: Any) -> bytes:
    """The sheet, in the language of the request; paper in a draft of a language says so on each page.

    ``values``: JSON, which the template reads as ``json(bytes(sys.inputs.values))``.
    """
    mark = DRAFT_MARK if current_language().is_draft else ""
    # Its types want the folder as bytes if the text is.
    text: Any = f'{mark}\n#include "{template.name}"'.encode()
    made: bytes = typst.compile(
        text,
        root=str(template.parent),
        # Fonts of the machine would make another sheet of the same template.
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARD,
        sys_inputs={
            "values": json.dumps(values, ensure_ascii=False),
            "draft": " ".join((gettext(UNREAD), UNREAD)),
        },
    )
    return made
