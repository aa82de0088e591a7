"""One idiom per file. A rule offers `column`, `frame` or `statement`."""
