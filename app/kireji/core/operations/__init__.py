"""For those who run Kireji: the states of a review, jobs, doctor, merge queues, repair. Begin with `lifecycle`."""
