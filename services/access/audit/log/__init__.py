"""The audit log as it is kept: written with what it is about, sequenced into the tree, signed, verified."""
