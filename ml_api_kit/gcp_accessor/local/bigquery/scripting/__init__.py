"""BigQuery's procedural language: statements one after another, with variables and control flow.

1. read the text into a tree of statements     `reader.py`, `nodes.py`
2. run it block by block                       `runner.py`
3. tell each statement that ran                `child.py`
"""
