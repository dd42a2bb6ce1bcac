import unittest

from train import train


class Train(unittest.TestCase):
    def test_reaches_a_small_loss(self):
        self.assertLess(round(train(), 4), 0.01)

    def test_logs_its_progress(self):
        lines = []
        train(log=lines.append)
        self.assertEqual(len(lines), 5)


if __name__ == "__main__":
    unittest.main()
