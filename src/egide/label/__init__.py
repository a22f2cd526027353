"""May this offer carry that label? SecNumCloud 3.2 with immunity, Gaia-X levels, European sovereignty levels."""
