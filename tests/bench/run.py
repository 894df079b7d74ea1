"""``make bench``: each figure beside its floor, measured in turns in the same run; medians of the turns.

Absolute figures depend on the machine and its disk. The ratios are what is kept.
"""

import sys
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import cascade_figures
from audit_figures import audit_figures
from decision_figures import deciding
from figures import show
from loading import loading
from outward_figures import telling
from pipeline import pipeline
from posting import posting
from reading import reading
from round_figures import round_figures
from round_paint import paint_figures
from setting import empty_handler, setting, with_another_log
from transactions import transactions


def main() -> None:
    show("What a resource passes on its way in", pipeline())
    with setting() as ours, empty_handler() as empty_port:
        show("POST", posting(ours, empty_port))
        with with_another_log(ours, "no_audit") as port:
            show("GET and search, without the log", reading(replace(ours, port=port), empty_port))
        show("Transactions", transactions(ours))
    with setting() as ours, with_another_log(ours, "no_audit") as port:
        show("The decision, without the log", deciding(replace(ours, port=port)))
        show("What a system outside is told, without the log", telling(replace(ours, port=port)))
    with setting() as ours:
        show("Files in and out", loading(ours))
    with setting() as ours:
        show("The audit log", list(audit_figures(ours)))
    with setting() as ours:
        show("The dosing round", round_figures(ours))
    show("The round on a tablet", paint_figures())
    show("The cascade", list(cascade_figures.figures()))


if __name__ == "__main__":
    main()
