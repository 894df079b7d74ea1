"""Who may call a route: every route declares its actor, and a test walks all routes for one that does not.

An actor is a dependency marked with ``@actor``. A route that anyone may call says so with ``Public``.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from fastapi.dependencies.models import Dependant

Dependency = TypeVar("Dependency", bound=Callable[..., Any])

_actors: set[Callable[..., Any]] = set()


def actor(dependency: Dependency) -> Dependency:
    """Mark a dependency as one that settles who the caller is, or refuses."""
    _actors.add(dependency)
    return dependency


@actor
def anyone() -> None:
    """Anyone may call this: it holds nothing about a person and nothing of an installation's numbers."""


Public = Annotated[None, Depends(anyone)]


def declares_actor(dependant: Dependant) -> bool:
    """Whether a route's dependencies, at any depth, include an actor."""
    return any(call in _actors for call in _calls(dependant))


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)
