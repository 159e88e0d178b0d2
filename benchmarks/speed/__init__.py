"""How fast things are, on problems the project makes itself: ``python -m benchmarks.speed``."""
