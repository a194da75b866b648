"""Pages of exits: the portal, the console, the public notices."""
