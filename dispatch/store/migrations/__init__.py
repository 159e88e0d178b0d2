"""The migrations of the store, run by :mod:`dispatch.store.migrate`."""
