import unittest

from roman import from_roman


class FromRoman(unittest.TestCase):
    def test_adds_letters(self):
        self.assertEqual(from_roman("MDCLXVI"), 1666)

    def test_subtracts_a_smaller_letter_before_a_larger(self):
        self.assertEqual(from_roman("XIV"), 14)
        self.assertEqual(from_roman("MCMXCIV"), 1994)

    def test_refuses_other_letters(self):
        with self.assertRaises(ValueError):
            from_roman("ABC")

    def test_refuses_an_empty_text(self):
        with self.assertRaises(ValueError):
            from_roman("")


if __name__ == "__main__":
    unittest.main()
