"""Who decides in the simulated day: one module for each way of dispatching."""
