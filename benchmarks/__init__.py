"""Quality and speed, measured apart: ``python -m benchmarks.quality`` and ``python -m benchmarks.speed``."""
