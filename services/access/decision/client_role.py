"""A system client with a role: what it sees, and what it may write, by the rules of that role at its facility."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from fhir_store.sql import Sql
from services.access.clients import Client
from services.access.decision.actor import Actor, Held
from services.access.decision.agreed import agreed_at
from services.access.decision.sight import sight_of
from services.access.decision.sql import sights_sql
from services.access.decision.treated import relationships_on
from services.access.roles import ROLES
from services.access.roles.rule import Purpose

NOW = Sql("now()")

ALWAYS = datetime.min.replace(tzinfo=UTC)


def actor_of(client: Client, at: datetime) -> Actor | None:
    """The client as somebody who treats; None if it has no role, and its scopes alone say what it may do.

    Nobody sits before it to give a purpose for HIV data, so it gets none but what patients agreed to.
    """
    if client.role is None or client.facility is None:
        return None
    return _actor(client.name, client.role, client.facility, at)


def role_sees(client: Client, zone: str, only: tuple[str, ...] | None = None) -> Sql | None:
    """Which resources ``c`` of current_resource the client's role shows; None: all.

    ``only``: the types of which ``c`` is known to be.
    """
    if client.role is None or client.facility is None:
        return None
    return _sees(client.role, client.facility, datetime.now(ZoneInfo(zone)).date(), only)


def takes_by_consent(client: Client) -> bool:
    """Whether it is a system outside, which gets what people agreed to give it."""
    return client.role is not None and any(rule.with_consent for rule in ROLES[client.role].rules)


@lru_cache(maxsize=1024)
def _sees(role: str, facility: str, day: date, only: tuple[str, ...] | None) -> Sql:
    # A grant of a client has no end, so what it says depends on the day alone.
    actor = _actor("", role, facility, datetime.now(UTC))
    return sights_sql(sight_of(actor), relationships_on(Sql("%s::date", (day,))), agreed_at(NOW), only)


def _actor(name: str, role: str, facility: str, at: datetime) -> Actor:
    return Actor(name, (Held(ROLES[role], frozenset({facility}), ALWAYS),), at, Purpose.TREATMENT)
