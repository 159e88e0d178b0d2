"""The simulated day: demand arrives, technicians drive and work, and an agent decides, event by event."""
