"""Running the blocks of a population on threads of this process or a cluster, in order, and with progress."""
