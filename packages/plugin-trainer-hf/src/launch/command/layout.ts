import type { WorkerRun } from '../../worker/protocol.ts'
import { axolotl } from './axolotl.ts'
import { llamaFactory } from './llama-factory.ts'
import type { TrainerTool } from './options.ts'
import type { Row } from './rows.ts'
import { torchtune } from './torchtune.ts'

/** Where the files of a training with another trainer are; all absolute. */
export interface Places {
  readonly model: string
  readonly dataset: string
  readonly validation: string
  readonly output: string
  /** For what the trainer prepares itself. */
  readonly cache: string
  readonly hasValidation: boolean
}

/** How a trainer wants its rows and its config. */
export interface Layout {
  /** A row as it reads it; undefined for one that it cannot hold. */
  readonly row: (row: Row) => Row | undefined
  readonly config: (run: WorkerRun, places: Places) => Record<string, unknown>
  /** Files beside the rows, by name. */
  readonly files?: (places: Places) => Record<string, unknown>
  /** What rows lack that are left out. */
  readonly leaves: string
}

export const LAYOUTS: Readonly<Record<TrainerTool, Layout>> = {
  axolotl,
  'llama-factory': llamaFactory,
  torchtune,
}
