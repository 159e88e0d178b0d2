"""What phones send and are answered, as documents."""
