import { defineConfig, trainerHf } from 'sftkit'
import config from './sft.config.ts'

// What `npm run demo` trains: the same dataset, and a model so small that a CPU learns it in half a minute. For a real
// one name it (`model: 'Qwen/Qwen2.5-0.5B-Instruct'`) and leave the other options out: their defaults are for such a model.
export default defineConfig({
  ...config,
  plugins: [
    trainerHf({
      model: process.env.TINY_MODEL ?? 'tiny-model',
      epochs: 4,
      batchSize: 1,
      gradientAccumulation: 4,
      learningRate: 0.01,
      maxLength: 8192,
      dtype: 'float32',
      loggingSteps: 2,
      args: { gradient_checkpointing: false },
    }),
  ],
})
