"""The demo county: a made-up network with real classics, so that a visitor can try every desk at once."""
