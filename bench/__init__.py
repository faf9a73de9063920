"""Measurements of a running EventHub: bounded, on loopback, each with a server, a database and a data folder of its own."""
