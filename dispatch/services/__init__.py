"""What may be done: functions that take a unit of work, check rights, raise refusals, record events, never commit."""
