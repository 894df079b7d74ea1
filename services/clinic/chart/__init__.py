"""The page of one person over HTTP: banner, timeline, the grid of doses, notes, and what is printed for them."""
