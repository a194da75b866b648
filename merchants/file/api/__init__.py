"""The file's part of /api/v1/: a shop's timeline, and the operators' records of contact."""
