"""Injuries, written down as the CPT asks: the person's statement, what is found, and the opinion of who examined."""
