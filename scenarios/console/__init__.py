"""The planner's page: its routes, mounted on the server that the console's API runs on."""
