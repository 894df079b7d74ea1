"""Sheets of paper: a Typst template and what stands in it, as PDF that a screen reader can follow (PDF/UA-1).

What stands in it reaches the template as values and never as markup, so no text of a record can be an instruction.
"""

import json
from pathlib import Path
from typing import Any, Literal

import typst

STANDARD: Literal["ua-1"] = "ua-1"


def pdf(template: Path, values: Any) -> bytes:
    """The sheet. ``values``: JSON, which the template reads as ``json(bytes(sys.inputs.values))``."""
    return typst.compile(
        str(template),
        root=str(template.parent),
        # Fonts of the machine would make another sheet of the same template.
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARD,
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
    )
