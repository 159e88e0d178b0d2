"""How fast a running plan follows what changes, and how good it is at once: ``python -m benchmarks.replanning``."""
