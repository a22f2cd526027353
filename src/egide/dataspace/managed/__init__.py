"""The common management API, version 3, as documents: what clients of existing connectors send, and what they read."""
