"""From what stands in the store to a plan that everybody acts on."""
