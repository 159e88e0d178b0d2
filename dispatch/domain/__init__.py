"""What the service is about, in pure functions and tables: no database, no web, no wall clock."""
