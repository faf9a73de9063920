"""Events: what is held, when, where and for how many."""
