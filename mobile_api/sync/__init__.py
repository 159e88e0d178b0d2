"""Taking in what phones say: each action once, whatever happens to the messages that carry it."""
