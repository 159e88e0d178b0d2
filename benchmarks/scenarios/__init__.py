"""What scenarios are worth: whether their intervals hold what they promise, and how long they take."""
