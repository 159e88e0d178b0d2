"""A working day in La Serena and Coquimbo to try everything on: real streets, invented people and customers."""
