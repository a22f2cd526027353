"""`python -m egide`."""

from egide.cli import main

main()
