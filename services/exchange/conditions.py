"""The conditions in the headers of a request. http://hl7.org/fhir/R4/http.html#concurrency, #cread"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from fhir_store.read import Stored
from services.exchange.problems import BadIfMatch, BadRequest

ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')
ANY = "*"


def version_seen(if_match: str | None) -> int | None:
    """The version number in an If-Match header. Raises BadIfMatch."""
    if if_match is None:
        return None
    version = ETAG.fullmatch(if_match.strip())
    if version is None:
        raise BadIfMatch
    return int(version[1])


def only_if_absent(if_none_match: str | None) -> bool:
    """Whether a write asks that there be no such resource yet (``If-None-Match: *``). Raises BadRequest."""
    if if_none_match is None:
        return False
    if if_none_match.strip() != ANY:
        raise BadRequest("Before a write, If-None-Match can only be *: write only if there is none.")
    return True


def is_known(headers: Mapping[str, str], stored: Stored) -> bool:
    """Whether the client has this version already, so that 304 answers a read. Raises BadRequest."""
    if (seen := headers.get("if-none-match")) is not None:
        tags = [tag.strip() for tag in seen.split(",")]
        return ANY in tags or any(tag.removeprefix("W/") == f'"{stored.version}"' for tag in tags)
    if (since := headers.get("if-modified-since")) is not None:
        # The header counts in whole seconds.
        return stored.last_updated.replace(microsecond=0) <= _moment(since)
    return False


def _moment(date: str) -> datetime:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        raise BadRequest("If-Modified-Since is a date such as Tue, 24 Nov 2026 06:00:00 GMT.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
