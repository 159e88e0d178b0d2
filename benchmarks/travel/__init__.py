"""What knowing the roads is worth to a plan."""
