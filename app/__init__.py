"""Kireji, a pull request review bot. Start with `app/README.md`."""
