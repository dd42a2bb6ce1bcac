/** The loaders of formats whose records stand for themselves. */
import type { Plugin } from '@sftkit/core'
import { adp } from './adp/index.ts'
import { agentStores } from './agent-stores/index.ts'
import { agentsSdk } from './agents-sdk/index.ts'
import { aider } from './aider/index.ts'
import { alpaca } from './alpaca/index.ts'
import { amp } from './amp/index.ts'
import { antigravity } from './antigravity/index.ts'
import { atif } from './atif/index.ts'
import { attempts } from './attempts/index.ts'
import { canonical } from './canonical/index.ts'
import { chatml } from './chatml/index.ts'
import { claudeCode } from './claude-code/index.ts'
import { codex } from './codex/index.ts'
import { codexExec } from './codex-exec/index.ts'
import { copilotCli } from './copilot-cli/index.ts'
import { cursor, cursorStore } from './cursor/index.ts'
import { droid } from './droid/index.ts'
import { geminiCli } from './gemini-cli/index.ts'
import { goose } from './goose/index.ts'
import { grok } from './grok/index.ts'
import { harborResults } from './harbor-results/index.ts'
import { hermes } from './hermes/index.ts'
import { histories } from './histories/index.ts'
import { inspect } from './inspect/index.ts'
import { kimi, kimiWireLog } from './kimi/index.ts'
import { langfuse } from './langfuse/index.ts'
import { langsmith } from './langsmith/index.ts'
import { messageList } from './message-list/index.ts'
import { miniSweAgent } from './mini-swe-agent/index.ts'
import { mlIntern } from './ml-intern/index.ts'
import { moatless } from './moatless/index.ts'
import { nebius } from './nebius/index.ts'
import { openaiMessages } from './openai-messages/index.ts'
import { opencode } from './opencode/index.ts'
import { openhands } from './openhands/index.ts'
import { openhandsV1 } from './openhands-v1/index.ts'
import { otel } from './otel/index.ts'
import { pi } from './pi/index.ts'
import { preference } from './preference/index.ts'
import { promptCompletion } from './prompt-completion/index.ts'
import { proxyRecordings } from './proxy-recordings/index.ts'
import { qwenCode } from './qwen-code/index.ts'
import { responses } from './responses/index.ts'
import { responsesItems } from './responses-items/index.ts'
import { sharegpt } from './sharegpt/index.ts'
import { sts } from './sts/index.ts'
import { sweAgent } from './swe-agent/index.ts'
import { sweAttempts } from './swe-attempts/index.ts'
import { tauBench } from './tau-bench/index.ts'
import { tau2Bench } from './tau2-bench/index.ts'

export { type Branch, branchesOf, type StoredItem } from './agents-sdk/tables.ts'
export type { HistoriesOptions } from './histories/index.ts'
export { type HistoryOptions, type HistoryReader, historyReader } from './histories/read-row.ts'
export {
  historyToMessages,
  type OnSkipped,
  type ReferenceCall,
  type ReferenceMessage,
  type ReferenceOptions,
} from './histories/reference.ts'
export {
  historyToPromptCompletion,
  historyToTextOnly,
  type ReferencePromptCompletion,
  type ReferenceTextMessage,
} from './histories/reference-text.ts'
export type { SweAgentOptions } from './swe-agent/index.ts'
export {
  adp,
  agentStores,
  agentsSdk,
  aider,
  alpaca,
  amp,
  antigravity,
  atif,
  attempts,
  canonical,
  chatml,
  claudeCode,
  codex,
  codexExec,
  copilotCli,
  cursor,
  cursorStore,
  droid,
  geminiCli,
  goose,
  grok,
  harborResults,
  hermes,
  histories,
  inspect,
  kimi,
  kimiWireLog,
  langfuse,
  langsmith,
  messageList,
  miniSweAgent,
  mlIntern,
  moatless,
  nebius,
  openaiMessages,
  opencode,
  openhands,
  openhandsV1,
  otel,
  pi,
  preference,
  promptCompletion,
  proxyRecordings,
  qwenCode,
  responses,
  responsesItems,
  sharegpt,
  sts,
  sweAgent,
  sweAttempts,
  tau2Bench,
  tauBench,
}

/** All loaders of this package with their defaults, in the order in which a record is shown to them. */
export function loaders(): Plugin[] {
  return [
    canonical(),
    proxyRecordings(),
    attempts(),
    histories(),
    mlIntern(),
    openaiMessages(),
    sharegpt(),
    promptCompletion(),
    preference(),
    alpaca(),
    chatml(),
    agentsSdk(),
    inspect(),
    responses(),
    responsesItems(),
    atif(),
    harborResults(),
    adp(),
    tauBench(),
    tau2Bench(),
    codex(),
    codexExec(),
    pi(),
    sts(),
    claudeCode(),
    qwenCode(),
    miniSweAgent(),
    moatless(),
    nebius(),
    openhands(),
    openhandsV1(),
    sweAgent(),
    sweAttempts(),
    otel(),
    ...agentStores(),
    aider(),
    amp(),
    antigravity(),
    copilotCli(),
    cursor(),
    cursorStore(),
    droid(),
    geminiCli(),
    goose(),
    grok(),
    hermes(),
    kimi(),
    kimiWireLog(),
    messageList(),
    opencode(),
    langfuse(),
    langsmith(),
  ]
}
