import type { JsonRecord } from './recording.ts'
import type { Session } from './session.ts'
import type { Edit, Fix } from './task.ts'
import { describeReport, readTestReport, type TestReport } from './test-report.ts'

type Persona = (session: Session) => Promise<void>
type Call = readonly [name: string, input: JsonRecord]

const runTests: Call = ['run_tests', {}]
const read = (path: string): Call => ['read_file', { path }]

/** The calls that write the edited files; each change starts from the project as it was handed over. */
function writes(session: Session, edits: readonly Edit[]): Call[] {
  const texts = new Map<string, string>()
  for (const { path, find, replace } of edits) {
    const before = texts.get(path) ?? session.original(path)
    if (!before.includes(find)) throw new Error(`${session.task.name}: ${path} does not contain ${find}`)
    texts.set(
      path,
      before.replace(find, () => replace),
    )
  }
  return [...texts].map(([path, content]) => ['write_file', { path, content }])
}

async function lookAround(session: Session): Promise<TestReport> {
  const { source, testFile } = session.task
  const [, , tests] = await session.turn({
    text: `I will read ${source} and its tests and run them.`,
    calls: [read(source), read(testFile), runTests],
  })
  return readTestReport(tests?.output ?? '')
}

async function tryFix(session: Session, fix: Fix, thinking: string): Promise<TestReport> {
  const results = await session.turn({
    thinking,
    text: fix.idea,
    calls: [...writes(session, fix.edits), runTests],
  })
  return readTestReport(results.at(-1)?.output ?? '')
}

function summary(session: Session, report: TestReport): string {
  return `${session.task.source} is repaired. ${session.task.diagnosis} ${session.task.fix.idea} ${describeReport(report)}`
}

async function startJob(session: Session): Promise<boolean> {
  if (session.task.job === undefined) return true
  const script = session.peek(session.task.source)
  const [job] = await session.turn({
    text: 'Now the script as a job.',
    calls: [['hf_jobs', { operation: 'run', script, flavor: 'cpu-basic' }]],
  })
  return job?.ok ?? false
}

const direct: Persona = async (session) => {
  session.user(session.task.request)
  const before = await lookAround(session)
  const after = await tryFix(session, session.task.fix, `${describeReport(before)} ${session.task.diagnosis}`)
  await startJob(session)
  await session.finish(summary(session, after))
}

const recovers: Persona = async (session) => {
  const wrong = session.task.wrongFixes[session.attempt % 2] ?? session.task.wrongFixes[0]
  session.user(session.task.request)
  const before = await lookAround(session)
  const first = await tryFix(session, wrong, describeReport(before))
  await startJob(session)
  const second = await tryFix(
    session,
    session.task.fix,
    `${describeReport(first)} So that was not the whole of it. ${session.task.diagnosis}`,
  )
  await startJob(session)
  await session.finish(summary(session, second))
}

/** Works in a sandbox, looks with the shell first, and guesses one path wrongly. */
const explores: Persona = async (session) => {
  const { task } = session
  session.user(task.request)
  session.event('sandbox_create', { sandbox_id: `${task.name}-${session.attempt}`, hardware: 'cpu-basic' })
  await session.turn({ text: 'First the layout of the project.', calls: [['bash', { command: 'ls' }]] })
  await session.turn({
    calls: [read(`src/${task.source}`), ['bash', { command: `grep -n '' ${task.source}` }]],
  })
  const before = await lookAround(session)
  const after = await tryFix(session, task.fix, `${describeReport(before)} ${task.diagnosis}`)
  await startJob(session)
  await session.finish(summary(session, after))
  session.wait(session.attempt % 2 === 0 ? 2400 : 60)
  session.event('feedback', { rating: 'up', turn_index: 1 })
  session.event('sandbox_destroy', {
    sandbox_id: `${task.name}-${session.attempt}`,
    lifetime_s: session.attempt % 2 === 0 ? 2412 : 71,
  })
}

const givesUp: Persona = async (session) => {
  session.user(session.task.request)
  const before = await lookAround(session)
  const first = await tryFix(session, session.task.wrongFixes[0], describeReport(before))
  const second = await tryFix(session, session.task.wrongFixes[1], describeReport(first))
  await session.finish(
    `I could not repair ${session.task.source}. I tried two changes; after the last one ${describeReport(second)} The file is left with that change in it.`,
  )
  session.wait(40)
  session.event('feedback', { rating: 'down', turn_index: 1 })
}

/** Changes something and says it is done without running the tests again. */
const overclaims: Persona = async (session) => {
  const [, wrong] = session.task.wrongFixes
  session.user(session.task.request)
  await session.turn({ calls: [read(session.task.source)] })
  await session.turn({ text: wrong.idea, calls: writes(session, wrong.edits) })
  await session.finish(`Done. ${wrong.idea} The tests should pass now.`)
  session.wait(90)
  session.event('feedback', { rating: 'down', turn_index: 1, comment: 'The tests still fail.' })
}

const interrupted: Persona = async (session) => {
  session.user(session.task.request)
  const before = await lookAround(session)
  await tryFix(session, session.task.wrongFixes[0], describeReport(before))
  session.event('interrupted', { reason: 'user' })
}

/** Runs the same tests again and again; on even attempts the warning gets it out of that. */
const loops: Persona = async (session) => {
  session.user(session.task.request)
  const before = await lookAround(session)
  for (let round = 0; round < 3; round += 1)
    await session.turn({ text: 'I will run the tests again.', calls: [runTests] })
  session.event('tool_log', {
    tool: 'system',
    log: 'Doom loop detected: run_tests was called with the same arguments again',
  })
  if (session.attempt % 2 === 1) return
  const after = await tryFix(
    session,
    session.task.fix,
    `The tests give the same result each time. ${describeReport(before)}`,
  )
  await session.finish(summary(session, after))
}

/** The script raises an error where a model would be out of reach; on even attempts it goes on afterwards. */
const loseConnection: Persona = async (session) => {
  session.user(session.task.request)
  await lookAround(session)
  session.wait(120)
  session.event('error', { error: 'the model endpoint did not answer within 120 s' })
  if (session.attempt % 2 === 1) return
  const after = await tryFix(session, session.task.fix, session.task.diagnosis)
  await session.finish(summary(session, after))
}

const followsUp: Persona = async (session) => {
  const { request, edits, answer } = session.task.followUp
  await direct(session)
  session.wait(75)
  session.user(request)
  const results = await session.turn({
    text: 'I will add it and run the tests.',
    calls: [...writes(session, edits), runTests],
  })
  await session.finish(`${answer} ${describeReport(readTestReport(results.at(-1)?.output ?? ''))}`)
  session.wait(20)
  session.event('feedback', { rating: 'up', turn_index: 2 })
}

export const personas = {
  direct,
  recovers,
  explores,
  givesUp,
  overclaims,
  interrupted,
  loops,
  loseConnection,
  followsUp,
}
export type PersonaName = keyof typeof personas
