"""The log: one JSON object a line on standard output, and nothing in it that could be about a person.

Three walls. Only the fields listed here are written; another is named under ``withheld``. An exception is
written as its type and the places it passed, never its message, because messages quote data. What other
libraries say is withheld too, except from the few sources that speak only of the server itself.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

# One line for each field: what it is, hence why it may be written.
FIELDS = {
    "event": "a sentence of the code's own",
    "level": "how important the line is",
    "timestamp": "when, in UTC",
    "request_id": "made by the server for one request; also in the answer's X-Request-Id",
    "method": "a method that HTTP defines",
    "route": "the route's template, such as /fhir/{type}/{id}; never the address itself",
    "status": "the answer's HTTP status",
    "ms": "milliseconds from the request to the end of its answer",
    "error": "the type of an exception and of those behind it",
    "frames": "file, line and function that an exception passed, innermost last",
    "source": "where a line of another library was written",
    "facilities": "how many facilities a computation counted",
    "reader": "the id of the account that reads a confidential page; demo, where anyone may",
    "page": "which page or file of the confidential view, by the name that the code gives it",
    "account": "the id of the account of a member of staff; its name stands in the database alone",
    "session": "the id of a session: not its token",
    "device": "the id of a registered tablet: not its token",
    "proof": "by which kind of proof somebody signed in",
    "why": "which of our own reasons a sign-in was refused for",
    "resources": "how many resources a computation read",
}

# Files of uvicorn that speak of the server's start, address and end. Its protocol files quote requests.
TRUSTED_SOURCES = {("uvicorn.error", "server"), ("uvicorn.error", "on")}

MOST_FRAMES = 20

Line = MutableMapping[str, Any]


def configure_logging(level: str, stream: TextIO | None = None) -> None:
    """Send the program's own lines and those of every library to the stream (standard output)."""
    out = stream or sys.stdout
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            places_instead_of_messages,
            only_listed_fields,
            _renderer(out),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, OtherLibraries)]:
        root.removeHandler(handler)
    root.addHandler(OtherLibraries())
    root.setLevel(max(logging.getLevelName(level), logging.INFO))


def _renderer(out: TextIO) -> structlog.types.Processor:
    if out.isatty():
        return structlog.dev.ConsoleRenderer()
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def places_instead_of_messages(_logger: object, _method: str, line: Line) -> Line:
    """Replace an exception by its type and the places it passed."""
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line["error"] = " < ".join(type(one).__qualname__ for one in _with_causes(error))
        line["frames"] = [place for one in _with_causes(error) for place in _places(one.__traceback__)]
    return line


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def _places(passed: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(passed)[-MOST_FRAMES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    roots = sorted((root for root in sys.path if root), key=len, reverse=True)
    inside = (root for root in roots if Path(filename).is_relative_to(root))
    root = next(inside, None)
    return str(Path(filename).relative_to(root)) if root else Path(filename).name


def only_listed_fields(_logger: object, _method: str, line: Line) -> Line:
    """Keep the fields listed in FIELDS; of the others only the names are written."""
    withheld = sorted(set(line) - set(FIELDS))
    for name in withheld:
        del line[name]
    if withheld:
        line["withheld"] = withheld
    return line


class OtherLibraries(logging.Handler):
    """Lines written through the standard library's logging, by whatever library."""

    def emit(self, record: logging.LogRecord) -> None:
        write = getattr(structlog.get_logger(), record.levelname.lower(), structlog.get_logger().warning)
        write(
            _said(record), source=f"{record.name} {record.module}:{record.lineno}", exc_info=record.exc_info
        )


def _said(record: logging.LogRecord) -> str:
    said = record.getMessage() if (record.name, record.module) in TRUSTED_SOURCES else ""
    # A trusted source that quotes a traceback is quoting messages.
    return said if said and "\n" not in said else "a library's message, withheld"
