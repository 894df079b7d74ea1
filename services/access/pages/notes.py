"""What is logged of sign-ins: which account, how, or why not. Never what was typed."""

import structlog

from services.access.people.outcomes import Refused, SignedIn

log = structlog.get_logger()


def note_signed_in(outcome: SignedIn) -> None:
    """Somebody is in."""
    log.info(
        "signed in", account=str(outcome.account), proof=outcome.method.value, session=str(outcome.begun.id)
    )


def note_refused(outcome: Refused) -> None:
    """Somebody was not let in; ``account`` is whose it would have been, if there is one."""
    account = None if outcome.account is None else str(outcome.account)
    log.warning("a sign-in was refused", why=outcome.why.value, account=account)


def note(event: str, **of: object) -> None:
    """What somebody did with their own sessions or credentials; ids only."""
    log.info(event, **{name: str(id_) for name, id_ in of.items()})
