"""Makes projects from the scaffold."""
