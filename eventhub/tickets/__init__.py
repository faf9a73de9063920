"""Tickets: what is signed, how it is drawn, and who may issue, void and re-issue it."""
