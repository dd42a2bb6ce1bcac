import unittest

from intervals import merge


class Merge(unittest.TestCase):
    def test_keeps_separate_intervals(self):
        self.assertEqual(merge([(1, 2), (4, 5)]), [(1, 2), (4, 5)])

    def test_joins_overlapping_intervals(self):
        self.assertEqual(merge([(1, 4), (3, 6)]), [(1, 6)])

    def test_joins_touching_intervals(self):
        self.assertEqual(merge([(8, 12), (12, 18)]), [(8, 18)])

    def test_an_inner_interval_does_not_shorten_the_outer(self):
        self.assertEqual(merge([(1, 10), (2, 3)]), [(1, 10)])

    def test_sorts_its_input(self):
        self.assertEqual(merge([(5, 7), (1, 6)]), [(1, 7)])


if __name__ == "__main__":
    unittest.main()
