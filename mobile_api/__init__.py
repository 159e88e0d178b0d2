"""What technicians carry: the API of the phone."""
