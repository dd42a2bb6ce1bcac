"""Fine-tunes a model of two numbers, price = slope * area + base, by gradient descent."""

import math
import sys

AREAS = [30, 45, 50, 62, 75, 80, 96, 110, 120, 140]
PRICES = [2.0 * area + 15 for area in AREAS]


def train(steps=400, rate=0.05, log=lambda line: None):
    """Returns the mean squared error after the last step."""
    inputs = AREAS
    slope, base = 0.0, 0.0
    loss = math.inf
    for step in range(steps):
        errors = [slope * x + base - y for x, y in zip(inputs, PRICES)]
        loss = sum(error * error for error in errors) / len(errors)
        if not loss < 1e12:
            raise FloatingPointError(f"loss is not finite after {step} steps")
        slope -= rate * sum(2 * error * x for error, x in zip(errors, inputs)) / len(errors)
        base -= rate * sum(2 * error for error in errors) / len(errors)
        if step % 80 == 0:
            log(f"step {step:4d}  loss {loss:.4f}")
    return loss


if __name__ == "__main__":
    try:
        print(f"final loss {train(log=print):.6f}")
    except FloatingPointError as error:
        print(f"training failed: {error}")
        sys.exit(1)
