"""`python -m tieline`: the same command."""

from tieline.command import main

main()
