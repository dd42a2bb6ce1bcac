"""Roman numerals."""

VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def from_roman(text):
    """The number that a Roman numeral stands for; ValueError where it is none."""
    total = 0
    for letter in text:
        total += VALUES[letter]
    return total
