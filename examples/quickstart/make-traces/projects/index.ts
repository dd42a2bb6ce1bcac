import type { Task } from '../task.ts'
import { csvRow } from './csv-row/task.ts'
import { lruCache } from './lru-cache/task.ts'
import { mergeIntervals } from './merge-intervals/task.ts'
import { roman } from './roman/task.ts'
import { slugify } from './slugify/task.ts'
import { tinyTrain } from './tiny-train/task.ts'

export const tasks: readonly Task[] = [slugify, lruCache, csvRow, roman, mergeIntervals, tinyTrain]
