"""How well and how fast addresses are found again in the index of an extract."""
