"""The catalogue in use: opened, searched, compared, watched, published."""
