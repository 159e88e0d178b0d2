"""A plan for people to read: as tables on a terminal, and as one page that needs nothing but a browser."""
