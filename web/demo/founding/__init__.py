"""How the demo county comes to be: its network, its people, its catalogue and half a year of life, through the rooms' services."""
