/** What decides how many steps a training has. */
export interface StepArguments {
  readonly epochs: number
  readonly batchSize: number
  readonly gradientAccumulation: number
  readonly worldSize: number
  /** TRL's `max_steps`, where it is given. */
  readonly maxSteps?: number
}

/** The optimiser steps over so many rows, as transformers' Trainer counts them. */
export function trainingSteps(rows: number, args: StepArguments): number {
  if (args.maxSteps !== undefined && args.maxSteps > 0) return args.maxSteps
  const batches = Math.ceil(Math.ceil(rows / args.batchSize) / args.worldSize)
  const each = Math.max(1, Math.ceil(batches / args.gradientAccumulation))
  return Math.ceil(args.epochs * each)
}
