"""One idiom per file. A rule offers `column`, `frame` or `statement`, and says what it leaves alone."""
