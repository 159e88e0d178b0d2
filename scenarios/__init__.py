"""What-if: scenarios that a planner can defend."""
