"""Papers: what stands on a ticket, a badge or a letter, and the one compiler that prints them."""
