"""Opening hours as lists of (start, end) pairs."""


def merge(intervals):
    """The same hours with overlapping and touching intervals joined, in order."""
    merged = []
    for start, end in intervals:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged
