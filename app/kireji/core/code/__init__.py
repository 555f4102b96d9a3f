"""Source code as text: languages, grammars, outlines, identifiers. Begin with `outline`."""
