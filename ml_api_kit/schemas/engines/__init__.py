"""What checks values: jsonschema-rs, and jsonschema for the schemas that it cannot read."""
