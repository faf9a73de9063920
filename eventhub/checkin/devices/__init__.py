"""Phones at the gates: paired by a QR code, without an account, for one event and its gates."""
