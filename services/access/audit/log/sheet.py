"""A head as a sheet of paper: a QR code of its line, and beneath it in words what it is."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

import segno

from services.access.audit import head as signed
from services.access.audit.head import SignedHead

# A quarter of the code may be damaged and it is still read.
CORRECTION = "q"
MODULE_MM = 2
QUIET_ZONE = 4
"""Modules of white around the code. ISO/IEC 18004, 6.3.8."""

LINE_MM = 6
CHARACTERS = 50

SHEET = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">
<title>Audit log head</title>
<rect width="{width}" height="{height}" fill="#fff"/>
<g transform="scale({scale})">{code}</g>
<g font-family="monospace" font-size="4" fill="#000">
{lines}
</g>
</svg>
"""
TEXT = '<text x="{x}" y="{y}">{line}</text>'


def sheet(head: SignedHead, zone: ZoneInfo) -> str:
    """The sheet as SVG, to be printed in any size that leaves the code sharp."""
    line = signed.text(head)
    code = segno.make_qr(line, error=CORRECTION)
    side = code.symbol_size(border=QUIET_ZONE)[0] * MODULE_MM
    words = [
        *_words(head, zone),
        *(line[start : start + CHARACTERS] for start in range(0, len(line), CHARACTERS)),
    ]
    return SHEET.format(
        width=side,
        height=side + LINE_MM * (len(words) + 1),
        scale=MODULE_MM,
        code=code.svg_inline(border=QUIET_ZONE, omitsize=False, svgclass=None, lineclass=None),
        lines="\n".join(
            TEXT.format(x=QUIET_ZONE * MODULE_MM, y=side + LINE_MM * nth, line=escape(one))
            for nth, one in enumerate(words, start=1)
        ),
    )


def page(head: SignedHead, zone: ZoneInfo) -> str:
    """The head as a text file: lines for people begin with ``#``, one is the head."""
    return "".join(f"# {words}\n" for words in _words(head, zone)) + signed.text(head) + "\n"


def heads_in(text: str) -> list[SignedHead]:
    """The heads in such a file. Raises HeadNotUnderstood if any other line is none."""
    return [signed.parse(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _words(head: SignedHead, zone: ZoneInfo) -> list[str]:
    return [
        "Throughcare: head of the audit log",
        f"Entries: {head.size:,}, signed {_in_words(head.time.astimezone(zone))}",
        f"Log {head.log_id.hex()[:16]}",
        "Keep this where those who run the server cannot reach it.",
    ]


def _in_words(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S %Z")
