"""The mathematics of field-service planning. No database, no web, no clock."""
