"""The access rules: one idiom of client code in each file, found by walking this folder."""
