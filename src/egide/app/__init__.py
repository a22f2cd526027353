"""The use cases: load, decide, save. The only room that wires the others, opens paths and reads the clock."""
