"""The dispatch side: the system of record around the optimizer, and the command line."""
