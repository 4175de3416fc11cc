"""A block of members in lanes: who starts where, under which stimulus, with which limit of work, and the run itself."""
