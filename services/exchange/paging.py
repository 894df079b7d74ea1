"""Pages of Bundles: how many, and the links between them."""

from typing import Any
from urllib.parse import quote, urlencode

from services.exchange.interaction import Asked, Parameters
from services.exchange.links import BadLink
from services.exchange.problems import BadRequest

DEFAULT_COUNT = 50
MOST = 1_000

CURSOR = "_cursor"
"""Names what a link carries sealed: where the page before ended."""


def count_in(value: str | None) -> int:
    """How many a page shall have. Raises BadRequest."""
    if value is None:
        return DEFAULT_COUNT
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise BadRequest("_count is a whole number.")
    return max(1, min(int(value), MOST))


def opened(asked: Asked, sealed: str | None) -> Any:
    """Where the page before ended, as it was sealed into the link; None on the first page. Raises BadRequest."""
    if sealed is None:
        return None
    try:
        return asked.exchange.links.open(sealed, _holder(asked))
    except BadLink:
        raise BadRequest(
            "This page link is not valid here for this client. Ask for the first page again."
        ) from None


def linked(asked: Asked, parameters: Parameters, here: Any, following: Any) -> list[dict[str, str]]:
    """The links of a page: to itself and, if there is more, to the next."""
    links = [{"relation": "self", "url": _url(asked, parameters, here)}]
    if following is not None:
        links.append({"relation": "next", "url": _url(asked, parameters, following)})
    return links


def _url(asked: Asked, parameters: Parameters, position: Any) -> str:
    sealed = [(CURSOR, asked.exchange.links.seal(position, _holder(asked)))] if position is not None else []
    query = [*parameters, *sealed]
    return f"{address(asked)}?{urlencode(query)}" if query else address(asked)


def address(asked: Asked) -> str:
    """The address that was asked, without its parameters; a page is asked for by GET whatever the first was."""
    return f"{asked.exchange.base}/{_path(asked)}".rstrip("/")


def _holder(asked: Asked) -> str:
    """For whom and for which address a link is; it opens nothing else."""
    return f"{asked.client.name}\n{_path(asked)}"


def _path(asked: Asked) -> str:
    parts = asked.interaction.path.removesuffix("_search").split("/")
    named = (asked.segments[part[1:-1]] if part.startswith("{") else part for part in parts)
    return "/".join(quote(part, safe="$") for part in named).rstrip("/")
