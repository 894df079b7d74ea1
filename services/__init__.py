"""Everything that speaks HTTP or is run from a shell."""
