"""Every sentence that Kireji says of a review, a command or a queue. Begin with `review_words`."""
