"""How much of each resource is answered: ``_summary`` and ``_elements``.

http://hl7.org/fhir/R4/search.html#summary
"""

from dataclasses import dataclass

from fhir_store.json_text import parse
from fhir_store.json_text.shortened import summarised, with_elements
from services.exchange.interaction import Parameters
from services.exchange.problems import BadRequest

SUMMARIES = {"true", "text", "data", "count", "false"}


@dataclass(frozen=True)
class Shape:
    """``summary`` is one of SUMMARIES; ``elements`` are the names of those wanted, none for all."""

    summary: str = "false"
    elements: tuple[str, ...] = ()

    def applied(self, text: str) -> str:
        """The resource in this shape."""
        if self.elements:
            return with_elements(parse(text), self.elements)
        if self.summary in ("true", "text", "data"):
            return summarised(parse(text), self.summary)
        return text


def shape_of(parameters: Parameters) -> Shape:
    """The shape that a read asks for. Raises BadRequest for any parameter that is not about it."""
    shape = Shape()
    for name, value in parameters:
        if name == "_summary":
            shape = Shape(_summary(value), shape.elements)
        elif name == "_elements":
            shape = Shape(shape.summary, tuple(part.strip() for part in value.split(",")))
        else:
            raise BadRequest(
                "A read takes _summary, _elements, _format and _pretty only.", code="not-supported"
            )
    return shape


def _summary(value: str) -> str:
    if value not in SUMMARIES - {"count"}:
        raise BadRequest("_summary of a read is true, text, data or false.")
    return value
