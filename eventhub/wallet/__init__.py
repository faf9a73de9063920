"""Tickets in the wallets of phones: what stands on a pass, how it is signed, and which phones hold it."""
