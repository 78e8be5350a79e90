"""How the invented hiring world is made: names, people, what happened to them, how each vendor tells it."""
