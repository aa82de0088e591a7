"""Makes functions, artifacts and golden cases of what was recorded.

1. choose: the model that is served, and where it was asked         `sites`, `chosen_model`
2. path:   what is done to a row before the model sees it           `path`, `learned_calls`
3. fixed:  what that needs beside the row: learned, or brought      `fixed`, `own_code`
4. derive: what the code makes of the model's answers               `derived_answers`
5. write:  modules, artifacts, golden cases and the interface       `finish`, `online`, `golden`
"""
