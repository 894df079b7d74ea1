"""``make bench``: each figure beside its floor, measured in turns in the same run; medians of the turns.

Absolute figures depend on the machine and its disk. The ratios are what is kept.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import cascade_figures
from audit_figures import audit_figures
from decision_figures import deciding
from figures import show
from loading import loading
from pipeline import pipeline
from posting import posting
from reading import reading
from setting import empty_handler, setting
from transactions import transactions


def main() -> None:
    show("What a resource passes on its way in", pipeline())
    with setting() as ours, empty_handler() as empty_port:
        show("POST", posting(ours, empty_port))
        show("GET and search", reading(ours, empty_port))
        show("Transactions", transactions(ours))
    with setting() as ours:
        show("The decision", deciding(ours))
    with setting() as ours:
        show("Files in and out", loading(ours))
    with setting() as ours:
        show("The audit log", list(audit_figures(ours)))
    show("The cascade", list(cascade_figures.figures()))


if __name__ == "__main__":
    main()
