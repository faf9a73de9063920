"""Run the shell commands with python -m eventhub.cli."""

from eventhub.cli import main

main()
