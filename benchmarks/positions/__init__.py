"""How well, and how fast, arrivals are expected by what phones say: simulated drives whose every moment is known."""
