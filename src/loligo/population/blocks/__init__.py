"""A block of members in lanes: initial states, stimuli, work limits, and the run itself."""
