"""What is done to a device, and the one table of metrics."""
