"""How an interaction writes: one transaction, run again if it lost against another, with the Idempotency-Key in it."""

from collections.abc import Callable

from sqlalchemy import Connection

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
