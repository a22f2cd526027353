"""`python -m egide.cli`."""

from egide.cli import main

main()
