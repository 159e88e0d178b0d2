"""Whether what an explanation offers is true: every way to free a visit, checked by somebody else."""
