"""Sign-in, roles and the one decision function."""
