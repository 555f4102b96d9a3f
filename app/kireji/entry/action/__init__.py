"""A step of GitHub Actions: `python -m kireji.entry.action`, as action.yml runs it. Begin with `run`."""
