"""What people ask a site that takes a while: what was given, and what came of it."""
