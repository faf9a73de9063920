"""Printing badges, on both databases."""
