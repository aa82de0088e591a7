"""What a model is: a constructor that loads its artifacts, and `predict`."""
