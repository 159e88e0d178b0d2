"""Days on which requests become known one by one, from the literature, dispatched by our optimizer."""
