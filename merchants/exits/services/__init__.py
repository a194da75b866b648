"""What is done about exits: asking, deciding, closing, records."""
