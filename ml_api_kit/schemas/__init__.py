"""JSON Schemas: compiled once, collected from a folder, turned into OpenAPI."""
