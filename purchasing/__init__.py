"""Buying: for now what readers ask the libraries to buy."""
