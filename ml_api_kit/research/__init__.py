"""Turns research code into what an API is made of."""
