"""How many cases a table or a search for counterexamples tries: a few in every run, more where somebody asks for them."""

import os


def examples(in_every_run: int) -> int:
    """So many, or as many as THROUGHCARE_EXAMPLES says."""
    return int(os.environ.get("THROUGHCARE_EXAMPLES", in_every_run))
