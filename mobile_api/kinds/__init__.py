"""What phones can say: the kinds of action, and what each does."""
