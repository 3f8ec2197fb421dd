"""What others do for the same work."""
