"""One worker process of a load: ``python -m services.exchange.load.worker FD``, where FD is its end of a pipe."""

import gc
import signal
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection

from sqlalchemy.exc import OperationalError

from services.exchange.load.crew import Place, Task
from services.exchange.load.loading import Loading
from services.exchange.load.outcome import Outcome
from services.shared.database import Database, LostEveryTime
from services.shared.hsm.errors import TokenUnusable
from services.shared.installation import store_of
from services.shared.record_keys import keyring_by

SAID: Mapping[type[Exception], str] = {
    OperationalError: "The database does not answer any more. Start it and run the same command again: "
    "it goes on where it stopped.",
    LostEveryTime: "Others write to the same resources all the time. Run the same command again later: "
    "it goes on where it stopped.",
}


def main() -> None:
    """Do tasks until the pipe ends."""
    # Ctrl-C reaches every process of the terminal; the batch in hand is finished all the same.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Resources are many objects and no cycles: looking for these often would cost a tenth of the time.
    gc.set_threshold(50_000, 20, 100)
    with Connection(int(sys.argv[1])) as connection:
        place: Place = connection.recv()
        database = Database(place.url, pool_size=1)
        store = store_of(place.zone, keyring_by(place.encryption, database))
        loading = Loading(database, store, place.author, place.known)
        try:
            while True:
                connection.send(_done(loading, connection.recv()))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            pass  # the program that gave the tasks has ended
        finally:
            database.close()


def _done(loading: Loading, task: Task) -> Outcome | str:
    try:
        return task(loading)
    except (OperationalError, LostEveryTime) as failure:
        return next(said for kind, said in SAID.items() if isinstance(failure, kind))
    except TokenUnusable as failure:
        return f"{failure} Then run the same command again: it goes on where it stopped."


if __name__ == "__main__":
    main()
