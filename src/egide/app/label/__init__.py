"""A dossier against a scheme: assessed, signed, computed again."""
