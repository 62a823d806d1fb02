"""The cases, by subject. Importing a module declares what is in it."""
