"""A day of thousands: how soon there is a plan, how soon a good one, and what it takes."""
