/** Session databases, judgments, measures and eval results as training data. */
export { measures } from './measures/built-in.ts'
export { type MeasureSurroundings, measureContext } from './measures/context.ts'
export { defineMeasure } from './measures/define.ts'
export { type MeasureOptions, measure } from './measures/measure-plugin.ts'
export { getMeasure, measureOf } from './measures/registry.ts'
export { runMeasure } from './measures/run-measure.ts'
export type * from './measures/types.ts'
