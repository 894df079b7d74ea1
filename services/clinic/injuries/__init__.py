"""The form on injuries on pages and on paper."""
