"""What is done again and again beside the reviews: lost deliveries, open check runs, retired models. Begin with `sweep`."""
