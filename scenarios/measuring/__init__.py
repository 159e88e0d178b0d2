"""What came of a simulated day in numbers, and how sure they are."""
