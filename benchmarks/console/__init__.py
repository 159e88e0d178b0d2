"""What the dispatcher's console asks of the server: the board of a busy day, and what changes on it."""
