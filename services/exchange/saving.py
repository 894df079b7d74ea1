"""How an interaction writes: one transaction, run again if it lost against another, with the Idempotency-Key in it."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from fhir_store.write import Change, Saved, save
from services.exchange.idempotency import earlier_answer, keep_answer, key_of
from services.exchange.interaction import Answer, Asked


def in_transaction(asked: Asked, work: Callable[[Connection], Answer]) -> Answer:
    """Do the work and return its answer; what was answered before to the same key is answered again."""
    key = key_of(asked)

    def once(connection: Connection) -> Answer:
        if key is None:
            return work(connection)
        answer = earlier_answer(connection, asked, key)
        if answer is None:
            answer = work(connection)
            keep_answer(connection, asked, key, answer)
        return answer

    return asked.exchange.database.run(once)


def save_and_follow(connection: Connection, asked: Asked, changes: Sequence[Change]) -> list[Saved]:
    """Save what a client asks to be saved, and what follows on it. Raises StoreError."""
    saved = save(connection, asked.exchange.store, changes, asked.author)
    if any(one.type in asked.exchange.followed for one in saved):
        asked.exchange.follow(connection, saved)
    return saved
