"""What a reader reports, where it goes in the diff, and what code holds against it. Begin with `finding`."""
