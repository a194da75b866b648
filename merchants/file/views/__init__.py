"""The pages of the file: the console's, with its records of contact, and the shop's own history in the portal."""
