"""What earlier reviews of a pull request left: seen, moved, fixed, converged. Begin with `converge`."""
