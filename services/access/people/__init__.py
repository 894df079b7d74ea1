"""People: their accounts, how they prove who they are, what they were granted, and their sessions.

Nothing here speaks HTTP or writes the audit log. Functions take the instant, ``at``; they return outcomes or raise
``errors.PeopleError``, and whoever calls them logs what came of it.
"""
