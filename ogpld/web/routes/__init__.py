"""One file a group of addresses; Flask lives here and nowhere below."""
