"""The push-down rules: one operation of pandas in each file, found by walking this folder."""
