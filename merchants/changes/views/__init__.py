"""The portal's pages of changes."""
