"""The public part of the API: the status."""
