"""The parameters of a search that was posted as a form."""

from urllib.parse import parse_qsl

from services.exchange.interaction import Asked, Parameters, media_type
from services.exchange.problems import BadRequest, UnsupportedMediaType

FORM = "application/x-www-form-urlencoded"
MOST_PARAMETERS = 1_000


def form_parameters(asked: Asked) -> Parameters:
    """Those of the form and of the address together. Raises UnsupportedMediaType, BadRequest."""
    if media_type(asked.headers.get("content-type", "")) != FORM:
        raise UnsupportedMediaType
    return [*decoded(asked.body.decode("latin-1")), *asked.parameters]


def decoded(query: str) -> Parameters:
    """The parameters of a query or form. Raises BadRequest."""
    try:
        parameters = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise BadRequest("The parameters cannot be read: write them in UTF-8, percent-encoded.") from None
    if any("\x00" in name + value for name, value in parameters):
        raise BadRequest("No parameter can contain the character NUL.")
    return parameters
