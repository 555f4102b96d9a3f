"""What is written to GitHub: check runs, reviews, replies, threads. Begin with `publish`."""
