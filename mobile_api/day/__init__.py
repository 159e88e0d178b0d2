"""The day of one technician: what their phone holds, how it hears of changes, and what the day came to in hours."""
