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
  return Math.ceil(args.epochs * stepsOfEpoch(rows, args))
}

/** How often the rows are gone through: `max_steps` decides that instead of the epochs where it is given. */
export function trainedEpochs(rows: number, args: StepArguments): number {
  if (args.maxSteps === undefined || args.maxSteps <= 0) return args.epochs
  return Number((args.maxSteps / stepsOfEpoch(rows, args)).toPrecision(3))
}

function stepsOfEpoch(rows: number, args: StepArguments): number {
  const batches = Math.ceil(Math.ceil(rows / args.batchSize) / args.worldSize)
  return Math.max(1, Math.ceil(batches / args.gradientAccumulation))
}
