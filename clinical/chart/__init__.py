"""What the page of a person is made of: the days of the treatment, the grid of a month, and notes. Pure."""
