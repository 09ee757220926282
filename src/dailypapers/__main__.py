"""`python -m dailypapers` is the `dailypapers` command."""

from dailypapers.cli.main import main

main()
