"""Each question that Claude is asked: its rules, and the reader of its answer. Begin with `prompt`."""
