"""Documents that several routes of the API take or give, one file for each concept."""
