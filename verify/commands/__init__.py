"""Commands of `verify`, one module each; `register` adds a command to the application."""
