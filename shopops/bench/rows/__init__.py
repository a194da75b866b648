"""The rows; importing a module registers its rows."""
