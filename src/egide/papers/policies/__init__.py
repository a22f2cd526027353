"""What people and programs read of a policy and of a decision on it."""
