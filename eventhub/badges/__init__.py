"""Badges: who gets one, on which paper, and every printing of one."""
