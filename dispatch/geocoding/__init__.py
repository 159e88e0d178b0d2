"""Addresses: an offline index made from an OpenStreetMap extract, searching it, and other geocoders beside it."""
