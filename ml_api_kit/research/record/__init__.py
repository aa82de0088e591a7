"""Runs research code once, and records what its expressions were.

1. run:        in a process of its own, under limits     `process`, `job`, `child`, `limits`
2. instrument: every expression tells its value          `instrument`, `told_stores`, `loops`
3. trace:      what is told becomes events and values    `tracer`, `event_log`, `known_values`
4. watch:      calls, changes in place, variables        `calls`, `watches`, `changes`, `bindings`
5. judge:      constant, learned or rows, and which rows `results`, `placing`, `recognition`
6. keep:       all of it on a tape                       `tape`
"""
