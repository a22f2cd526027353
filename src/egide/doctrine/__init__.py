"""May this service run there, until when, and what would change the answer?"""
