"""Read an expression: precedence climbing over http://hl7.org/fhirpath/N1/#operator-precedence.

What FHIRPath has and this does not (arithmetic, quantities, variables, most functions) is refused while reading,
so whether an expression is supported never depends on the resource it is asked of.
"""

from functools import lru_cache

from fhir_store.fhirpath.errors import BadExpression, UnsupportedExpression
from fhir_store.fhirpath.functions import ARGUMENTS
from fhir_store.fhirpath.nodes import Node, boolean, element_of, moment, number, string
from fhir_store.fhirpath.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Literal,
    Member,
    Negative,
    OfType,
    Path,
    Step,
)
from fhir_store.fhirpath.tokens import Token, tokens
from fhir_store.fhirpath.types import SYSTEM_TYPES, is_known_type

MOST_OPERATORS = 100
"""In one expression; ours. It bounds how deep a chain of ``and`` nests."""
DEEPEST = 30
"""How deep brackets may nest in an expression; ours."""

_PRECEDENCE = {
    "implies": 1, "or": 2, "xor": 2, "and": 3, "in": 4, "contains": 4, "=": 5, "!=": 5, "~": 5, "!~": 5,
    "<": 6, "<=": 6, ">": 6, ">=": 6, "|": 7, "is": 8, "as": 8, "+": 9, "-": 9, "&": 9, "*": 10, "/": 10,
    "div": 10, "mod": 10,
}  # fmt: skip
_ARITHMETIC = frozenset({"+", "-", "&", "*", "/", "div", "mod"})
_TYPE_FORMS = frozenset({"is", "as", "ofType"})
_UNREADABLE = "The expression cannot be read: it is not FHIRPath."


@lru_cache(maxsize=512)
def parsed(expression: str) -> Expression:
    """Read an expression. Raises BadExpression, and UnsupportedExpression for what is not read here."""
    reader = _Reader(tokens(expression))
    found = reader.expression(1)
    reader.expect("")
    return found


class _Reader:
    """Goes through the tokens once."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._operators = 0
        self._depth = 0

    def expression(self, weakest: int) -> Expression:
        """Operators that bind at least as strongly as ``weakest``."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnsupportedExpression(f"Brackets of an expression may nest {DEEPEST} deep.")
        left = self._signed()
        while (strength := self._infix()) >= weakest:
            left = self._joined(left, self._taken().text, strength)
        self._depth -= 1
        return left

    def expect(self, sign: str) -> None:
        """Take that sign, or the end if it is empty."""
        if not self._has(sign or "", "sign" if sign else "end"):
            raise BadExpression(_UNREADABLE)
        self._at += 1

    def _infix(self) -> int:
        token = self._tokens[self._at]
        return _PRECEDENCE.get(token.text, 0) if token.kind in ("sign", "word") else 0

    def _joined(self, left: Expression, operator: str, strength: int) -> Expression:
        self._operators += 1
        if self._operators > MOST_OPERATORS:
            raise UnsupportedExpression(f"An expression may have {MOST_OPERATORS} operators.")
        if operator in _ARITHMETIC:
            raise UnsupportedExpression("Arithmetic is not supported.")
        if operator in _TYPE_FORMS:
            return Path(left, (self._of_type(operator),))
        return Binary(operator, left, self.expression(strength + 1))

    def _signed(self) -> Expression:
        if self._has("-") or self._has("+"):
            negative = self._taken().text == "-"
            operand = self._path()
            return Negative(operand) if negative else operand
        return self._path()

    def _path(self) -> Expression:
        start, steps = self._term()
        while self._has(".") or self._has("["):
            step = self._indexed() if self._taken().text == "[" else self._invoked(first=False)
            _refuse_missing_part(_last(start, steps), step)
            steps.append(step)
        return Path(start, tuple(steps)) if steps or start is None else start

    def _term(self) -> tuple[Expression | None, list[Step]]:
        """What a path starts with, or ``$this`` and the first step."""
        token = self._tokens[self._at]
        if token.kind == "word" and token.text not in ("true", "false"):
            return None, [self._invoked(first=True)]
        self._at += 1
        match token.kind, token.text:
            case "variable", "$this":
                return None, []
            case "sign", "(":
                inside = self.expression(1)
                self.expect(")")
                return inside, []
            case "sign", "{":
                self.expect("}")
                return Literal(()), []
            case "variable" | "sign", "$index" | "$total" | "%":
                raise UnsupportedExpression("Variables other than $this are not supported.")
        return self._literal(token), []

    def _literal(self, token: Token) -> Literal:
        match token.kind:
            case "word":
                return Literal((boolean(token.text == "true"),))
            case "string":
                return Literal((string(token.text),))
            case "number":
                if self._tokens[self._at].kind == "string" or self._is_unit():
                    raise UnsupportedExpression("Quantities are not supported.")
                return Literal((number(token.text),))
            case "date" | "time":
                return Literal((moment(token.text[1:]),))
        raise BadExpression(_UNREADABLE)

    def _is_unit(self) -> bool:
        token = self._tokens[self._at]
        return token.kind == "word" and token.text not in _PRECEDENCE

    def _invoked(self, *, first: bool) -> Step:
        token = self._taken()
        if token.kind != "word":
            if token.kind == "variable":
                raise UnsupportedExpression("Variables are supported at the beginning of a path only.")
            raise BadExpression(_UNREADABLE)
        if not self._has("("):
            return Member(token.text, may_be_type=first)
        self._at += 1
        if token.text in _TYPE_FORMS:
            step: Step = self._of_type(token.text)
            self.expect(")")
            return step
        return self._call(token.text)

    def _call(self, name: str) -> Call:
        if name not in ARGUMENTS:
            raise UnsupportedExpression("The expression has a function that is not supported.")
        arguments: list[Expression] = []
        while not self._has(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.expression(1))
        self.expect(")")
        if len(arguments) not in ARGUMENTS[name]:
            raise BadExpression(f"The function {name} does not take so many arguments.")
        return Call(name, tuple(arguments))

    def _indexed(self) -> Index:
        place = self.expression(1)
        self.expect("]")
        return Index(place)

    def _of_type(self, form: str) -> OfType:
        names = [self._name()]
        if self._has("."):
            self._at += 1
            names.append(self._name())
        namespace = names[0] if len(names) > 1 else None
        if not is_known_type(namespace, names[-1]):
            raise BadExpression("The expression asks for a type that FHIR R4 does not have.")
        return OfType(form, namespace, names[-1])

    def _name(self) -> str:
        token = self._taken()
        if token.kind != "word":
            raise BadExpression(_UNREADABLE)
        return token.text

    def _has(self, text: str, kind: str = "sign") -> bool:
        return self._tokens[self._at] == (kind, text)

    def _taken(self) -> Token:
        token = self._tokens[self._at]
        if token.kind == "end":
            raise BadExpression(_UNREADABLE)
        self._at += 1
        return token


def _last(start: Expression | None, steps: list[Step]) -> Step | None:
    before = steps or (start.steps if isinstance(start, Path) else ())
    return before[-1] if before else None


def _refuse_missing_part(before: Step | None, step: Step) -> None:
    """``(value as Period).unit`` finds nothing in any resource, so it is a mistake."""
    if isinstance(before, OfType) and before.form != "is" and before.namespace != "System":
        of_type = Node(None, before.name, defined=(before.name, ""))
        if isinstance(step, Member) and before.name not in SYSTEM_TYPES - {"Quantity"}:
            element_of(of_type, step.name)
