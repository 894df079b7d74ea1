"""The worklists of a facility over HTTP: all of them with their counts, and each with its people."""
