"""What a scenario starts from: people, places, work and chance, and what is changed about them."""
