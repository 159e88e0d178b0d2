"""How many phones one server bears: each pulls what is new, says what its technician does, and where they are."""
