"""What is written to the log: one line of JSON per event, without personal data."""
