"""What came of a scenario as one page that stands alone: it asks nothing of any network and runs no program."""
