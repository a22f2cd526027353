"""From a need to a plan, its proof, and what is deployed of it."""
