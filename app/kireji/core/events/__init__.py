"""A webhook becomes an event, an event becomes a job; slash commands. Begin with `delivery`."""
