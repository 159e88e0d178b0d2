"""Named selects: what is read, by what it is for."""
