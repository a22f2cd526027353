"""Keys, credentials, the public log and their verification, as a person asks for them."""
