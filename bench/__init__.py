"""Measurements by hand: each program starts its own server on loopback, is bounded, and ends with one line of JSON."""
