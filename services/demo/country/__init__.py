"""The demonstration country: a small country that does not exist, and of which everything is known.

First comes the state (`facts`, `state`): what happened to whom, and when somebody wrote it down. `careers` make it by
a seeded simulation, `cases` add people made by hand for each situation that is hard to count. `resources` say the
state as FHIR, `truth` lists from the state, and from nothing else, who is to be counted. Every name, place and number
is invented; every id begins with ``demo-``, every resource is tagged HTEST.
"""
