import {
  foldRepeats,
  isJsonObject,
  type JsonObject,
  type LoadContext,
  type LoadedTrace,
  type Plugin,
  type SourceRecord,
} from '@sftkit/core'
import { detectAs } from '../detect/detect-as.ts'
import { type DraftMessage, draftMessage } from '../drafts.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { createLosses, type LossLedger, objectsOf } from '../losses.ts'
import { type PairingFields, pairCalls } from '../pairing.ts'
import { readNumber, readText } from '../values.ts'
import { readAbout } from './about.ts'
import { stepsFields, transitionsFields, treeFields } from './fields.ts'
import { readNode } from './nodes.ts'
import { listAt, readSteps } from './steps.ts'
import { readTransition, type Turns } from './transitions.ts'
import { leafPaths, readNodes, type TreeNode } from './tree.ts'

/** moatless-tools trajectories of three generations: steps, transitions, and trees of nodes. */
export function moatless(): Plugin {
  return loaderPlugin({
    name: 'moatless',
    looksFor: 'nodes beside an agent, transitions beside an initial_message, or its name',
    detect: detectAs('moatless'),
    read: readRun,
  })
}

const NODES = {
  callId: 'nodes[].completions.build_action.response.content[].id',
  resultId: 'nodes[].observation',
}
const TRANSITIONS = { callId: 'transitions[].actions[].id', resultId: 'transitions[].actions[].output' }
const STEPS = { callId: 'steps[].actions[].id', resultId: 'steps[].actions[].output' }

function readRun({ value }: SourceRecord, context: LoadContext): readonly LoadedTrace[] {
  const losses = createLosses()
  const traces = readTraces(value, losses)
  if (traces === undefined) return context.unreadable('It has neither nodes nor transitions nor steps.')
  losses.flush(context)
  return foldRepeats(traces)
}

function readTraces(record: JsonObject, losses: LossLedger): LoadedTrace[] | undefined {
  const about = readAbout(record)
  if (Array.isArray(record.nodes) || isJsonObject(record.root)) {
    // The nodes are recorded one by one.
    recordFields({ ...record, nodes: null, root: null }, treeFields, losses)
    const nodes = Array.isArray(record.nodes)
      ? objectsOf(listAt(record, 'nodes'), 'nodes[]', 'node', losses)
      : [record.root ?? null]
    const prompt = isJsonObject(record.agent) ? readText(record.agent.system_prompt) : undefined
    const start = prompt === undefined ? [] : [draftMessage('system', prompt)]
    const tree = readNodes(nodes, 'node_id')
    return readPaths(tree, start, (node) => readNode(node, losses), about, NODES, losses)
  }
  if (Array.isArray(record.transitions)) {
    recordFields(record, transitionsFields, losses)
    const task = readText(record.initial_message)
    const start = task === undefined ? [] : [draftMessage('user', task)]
    const tree = readNodes(listAt(record, 'transitions'), 'id')
    return readPaths(tree, start, readTransition, about, TRANSITIONS, losses)
  }
  if (!Array.isArray(record.steps)) return undefined
  recordFields(record, stepsFields, losses)
  return [{ ...about, messages: pairCalls(readSteps(record, losses), STEPS, losses) }]
}

/** One trace for each leaf; each node is read once. */
function readPaths(
  nodes: readonly TreeNode[],
  start: readonly DraftMessage[],
  read: (node: JsonObject) => Turns,
  about: Omit<LoadedTrace, 'messages'>,
  pairing: PairingFields,
  losses: LossLedger,
): LoadedTrace[] {
  const turns = new Map(nodes.map((node) => [node, read(node.node)]))
  const paths = leafPaths(nodes)
  if (paths.length === 0) return [{ ...about, messages: pairCalls(start.map(copyOf), pairing, losses) }]
  return paths.map((path) => {
    const parts = path.flatMap((node) => turns.get(node) ?? [])
    const drafts = [...start, ...parts.flatMap(({ drafts }) => drafts)].map(copyOf)
    const events = parts.flatMap((part) => part.events)
    const leaf = path.at(-1)
    const outcome = about.outcome ?? outcomeOfLeaf(leaf?.node)
    return {
      ...about,
      ...(paths.length > 1 && leaf?.id !== undefined && { group: { ...about.group, attempt: leaf.id } }),
      messages: pairCalls(drafts, pairing, losses),
      ...(outcome !== undefined && { outcome }),
      ...(events.length > 0 && { events }),
    }
  })
}

/** Pairing changes drafts in place, and branches share theirs. */
function copyOf(draft: DraftMessage): DraftMessage {
  return draft.toolCalls === undefined
    ? { ...draft }
    : { ...draft, toolCalls: draft.toolCalls.map((call) => ({ ...call })) }
}

function outcomeOfLeaf(leaf: JsonObject | undefined): LoadedTrace['outcome'] {
  if (leaf === undefined) return undefined
  if (leaf.name === 'Finished') return { status: 'completed' }
  if (leaf.name === 'Rejected') return { status: 'errored', error: 'Rejected' }
  const observation = isJsonObject(leaf.observation) ? leaf.observation : {}
  const evaluation = isJsonObject(leaf.evaluation_result) ? leaf.evaluation_result.resolved : undefined
  const reward = isJsonObject(leaf.reward) ? readNumber(leaf.reward.value) : undefined
  const error = readText(leaf.error)
  if (
    observation.terminal !== true &&
    typeof evaluation !== 'boolean' &&
    reward === undefined &&
    error === undefined
  )
    return undefined
  return {
    status: error !== undefined ? 'errored' : observation.terminal === true ? 'completed' : 'unknown',
    ...(reward !== undefined && { reward }),
    ...(typeof evaluation === 'boolean' && { resolved: evaluation }),
    ...(error !== undefined && { error }),
  }
}
