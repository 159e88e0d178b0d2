"""How fast and how right travel times on the roads are: ``python -m benchmarks.roads``."""
