"""A problem as FHIR tells it. http://hl7.org/fhir/R4/operationoutcome.html"""

from typing import Any

from services.shared.errors import Problem
from services.shared.languages import gettext as _


def operation_outcome(problem: Problem) -> dict[str, Any]:
    """The OperationOutcome of a problem, with an issue for each thing that is wrong."""
    issues = [
        _issue(issue.code, issue.message or problem.message, issue.expression) for issue in problem.issues
    ] or [_issue(problem.code, problem.message, None)]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(code: str, message: str, expression: str | None) -> dict[str, Any]:
    issue = {"severity": "error", "code": code, "diagnostics": _(message)}
    return {**issue, "expression": [expression]} if expression else issue
