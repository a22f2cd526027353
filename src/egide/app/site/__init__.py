"""What only a served site needs: its first minute, its settings, its log-ins, its works."""
