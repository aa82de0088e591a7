"""Pure-Python verbs over rows that replace pandas idioms."""
