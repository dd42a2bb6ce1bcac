import pc from 'picocolors'

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const CELLS = 8

/** A reward as a bar of 8 cells to the right of its axis, or, where some rewards are below 0, on both sides of it. */
export function rewardBar(reward: number, most: number, twoSided: boolean): string {
  const share = most === 0 ? 0 : Math.min(1, Math.abs(reward) / most)
  if (reward >= 0) {
    const bar = pc.green(right(share))
    return twoSided ? `${' '.repeat(CELLS)}│${bar}` : bar
  }
  // There are no eighths of a cell that begin at its right.
  const cells = Math.max(share > 0 ? 1 : 0, Math.round(share * CELLS))
  return `${' '.repeat(CELLS - cells)}${pc.red('█'.repeat(cells))}│`
}

function right(share: number): string {
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(share * CELLS * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}
