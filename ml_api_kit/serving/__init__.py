"""What a served project has beside its endpoints: description, documentation page, health."""
