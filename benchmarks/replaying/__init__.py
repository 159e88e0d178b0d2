"""What a day of the sample city lost, and to what: a live day that is made quickly, taken and replayed."""
