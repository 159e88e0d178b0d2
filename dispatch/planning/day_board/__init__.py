"""The board: one day as dispatchers see it, visit by visit and technician by technician, always as it is now."""
