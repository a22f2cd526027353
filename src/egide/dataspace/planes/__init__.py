"""How data moves once it may: HTTP pull. Others stand beside it; each is told of every step of a transfer, and stops with it."""
