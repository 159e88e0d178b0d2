"""How near bounds come to plans: :mod:`benchmarks.bound.__main__`."""
