"""Numbers that reproduce: each is counted from the tables when it is asked for."""
