"""How much a patch may ask for, so that a hostile one ends."""

MOST_OPERATIONS = 10_000
"""In one patch; ours."""

MOST_COPIED = 1_000_000
"""Characters that the copies of one patch may make together; ours. Copies of copies double each time."""
