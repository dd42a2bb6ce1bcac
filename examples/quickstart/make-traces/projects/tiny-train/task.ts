import type { Task } from '../../task.ts'

export const tinyTrain: Task = {
  name: 'tiny-train',
  language: 'python',
  source: 'train.py',
  testFile: 'test_train.py',
  request:
    'train.py diverges after a few steps. Make it reach a loss below 0.01 in 400 steps and run it as a job.',
  diagnosis:
    'The areas are around 100 and go into the gradient squared, so with a rate of 0.05 each step overshoots by far.',
  wrongFixes: [
    {
      idea: 'A smaller learning rate stops the overshooting.',
      edits: [{ path: 'train.py', find: 'rate=0.05', replace: 'rate=0.0001' }],
    },
    {
      idea: 'The rate is only a little too large: halve it.',
      edits: [{ path: 'train.py', find: 'rate=0.05', replace: 'rate=0.025' }],
    },
  ],
  fix: {
    idea: 'Bring the areas to mean 0 and spread 1 before the descent; then a rate of 0.05 is fine.',
    edits: [
      {
        path: 'train.py',
        find: '    inputs = AREAS\n',
        replace:
          '    mean = sum(AREAS) / len(AREAS)\n    spread = math.sqrt(sum((area - mean) ** 2 for area in AREAS) / len(AREAS))\n    inputs = [(area - mean) / spread for area in AREAS]\n',
      },
    ],
  },
  followUp: {
    request:
      'Great. Please also check that ten steps are not enough, so that the test cannot pass by accident.',
    edits: [
      {
        path: 'test_train.py',
        find: '    def test_logs_its_progress',
        replace:
          '    def test_needs_more_than_ten_steps(self):\n        self.assertGreater(train(steps=10), 1)\n\n    def test_logs_its_progress',
      },
    ],
    answer: 'Added: after ten steps the loss is still above 1.',
  },
  job: 'python3 train.py',
}
