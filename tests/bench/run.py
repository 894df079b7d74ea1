"""``make bench``: each figure beside its floor, measured in turns in the same run; medians of the turns.

Absolute figures depend on the machine and its disk. The ratios are what is kept.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import measure
from figures import Figure, show
from loading import loading
from pipeline import pipeline
from posting import posting
from reading import reading
from setting import empty_handler, setting
from transactions import transactions


def main() -> None:
    figures: list[Figure] = pipeline()
    with setting() as ours, empty_handler() as empty_port:
        figures += posting(ours, empty_port)
        figures += reading(ours, empty_port)
        figures += transactions(ours)
    with setting() as ours:
        figures += loading(ours)
    figures += measure.figures()
    show("Throughcare beside its floors (same run, medians)", figures)


if __name__ == "__main__":
    main()
