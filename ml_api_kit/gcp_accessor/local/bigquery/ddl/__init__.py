"""CREATE, ALTER, DROP and their like: each file reads its statements, and runs them."""
