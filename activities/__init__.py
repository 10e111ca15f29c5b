"""Side effects, one module per outside world."""
