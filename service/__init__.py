"""Rundbrief: newsletters and member communication for associations of public bodies."""
