"""Replays of recorded days: as they were, under today's policy, and in hindsight, with what each of these is worth."""
