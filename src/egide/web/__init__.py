"""The door for people with a browser: pages over the same use cases as the command line, whole without JavaScript.

No request leaves the server: style, script and pictures are its own. Every page says in its first line what the reader came for.
"""
