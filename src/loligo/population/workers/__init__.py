"""Who runs the blocks of a population: threads of this process or a cluster; in which order, and how far they are."""
