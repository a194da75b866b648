"""The console's pages of changes."""
