"""The commands of ``throughcare``: one file each."""
