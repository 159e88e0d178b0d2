"""A day again: as it was planned when it began, what happened minute by minute, and what was done in the end."""
