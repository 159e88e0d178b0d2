"""How good the plans are: instances of eight families against their best known values, in equal time."""
