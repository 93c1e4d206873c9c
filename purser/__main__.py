"""`python -m purser`."""

from purser.cli import main

main()
