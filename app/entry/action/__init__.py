"""A step of GitHub Actions: `python -m app.entry.action`, as action.yml runs it."""
