"""Who is at work: the workers that fetch, open and hand over, and what each did last."""
