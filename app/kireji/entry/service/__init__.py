"""The processes of the self-hosted App: web, worker, and the supervisor over both. Begin with `supervisor`."""
