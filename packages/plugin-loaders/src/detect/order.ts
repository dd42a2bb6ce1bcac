import { signature as adp } from '../adp/signature.ts'
import { stores as agentStores, clineUi } from '../agent-stores/signature.ts'
import { signature as agentsSdk } from '../agents-sdk/signature.ts'
import { signature as aider } from '../aider/signature.ts'
import { signature as alpaca } from '../alpaca/signature.ts'
import { signature as amp } from '../amp/signature.ts'
import { signature as antigravity } from '../antigravity/signature.ts'
import { signature as atif } from '../atif/signature.ts'
import { signature as attempts } from '../attempts/signature.ts'
import { signature as canonical } from '../canonical/signature.ts'
import { signature as chatml } from '../chatml/signature.ts'
import { signature as claudeCode } from '../claude-code/signature.ts'
import { bareItem as codexBareItem, rollout as codexRollout } from '../codex/signature.ts'
import { signature as codexExec } from '../codex-exec/signature.ts'
import { signature as copilotCli } from '../copilot-cli/signature.ts'
import { store as cursorStore, transcript as cursorTranscript } from '../cursor/signature.ts'
import { signature as droid } from '../droid/signature.ts'
import { signature as geminiCli } from '../gemini-cli/signature.ts'
import { session as gooseSession } from '../goose/signature.ts'
import { signature as grok } from '../grok/signature.ts'
import { signature as harborResults } from '../harbor-results/signature.ts'
import { signature as hermes } from '../hermes/signature.ts'
import { signature as histories } from '../histories/signature.ts'
import { signature as inspect } from '../inspect/signature.ts'
import { oldWire as kimiOldWire, wire as kimiWire } from '../kimi/signature.ts'
import { signature as langfuse } from '../langfuse/signature.ts'
import { signature as langsmith } from '../langsmith/signature.ts'
import { document as messageDocument, list as messageList } from '../message-list/signature.ts'
import { signature as miniSweAgent } from '../mini-swe-agent/signature.ts'
import { signature as mlIntern } from '../ml-intern/signature.ts'
import { signature as moatless } from '../moatless/signature.ts'
import { signature as nebius } from '../nebius/signature.ts'
import {
  conversations as openaiConversations,
  messages as openaiMessages,
} from '../openai-messages/signature.ts'
import { storage as opencodeStorage } from '../opencode/signature.ts'
import {
  event as openhandsEvent,
  feedback as openhandsFeedback,
  row as openhandsRow,
} from '../openhands/signature.ts'
import { signature as openhandsV1, row as openhandsV1Row } from '../openhands-v1/signature.ts'
import { signature as otel } from '../otel/signature.ts'
import { signature as pi } from '../pi/signature.ts'
import { signature as preference } from '../preference/signature.ts'
import { signature as promptCompletion } from '../prompt-completion/signature.ts'
import { signature as proxyRecordings } from '../proxy-recordings/signature.ts'
import { signature as qwenCode } from '../qwen-code/signature.ts'
import { signature as responses } from '../responses/signature.ts'
import { signature as responsesItems } from '../responses-items/signature.ts'
import { signature as sharegpt } from '../sharegpt/signature.ts'
import { signature as sts } from '../sts/signature.ts'
import { history as sweAgentHistory, trajectory as sweAgentTrajectory } from '../swe-agent/signature.ts'
import { signature as sweAttempts } from '../swe-attempts/signature.ts'
import { signature as tauBench } from '../tau-bench/signature.ts'
import { signature as tau2Bench } from '../tau2-bench/signature.ts'
import type { Signature } from './signature.ts'

/**
 * All formats in the order in which a record is compared with them; the first that matches has it. The narrow ones
 * come first: several formats hold another one's keys.
 */
export const signatures: readonly Signature[] = [
  aider,
  canonical,
  proxyRecordings,
  atif,
  harborResults,
  agentsSdk,
  miniSweAgent,
  inspect,
  otel,
  langfuse,
  langsmith,
  tauBench,
  tau2Bench,
  moatless,
  attempts,
  sweAgentTrajectory,
  nebius,
  openhandsFeedback,
  sweAgentHistory,
  openhandsV1Row,
  openhandsRow,
  histories,
  adp,
  mlIntern,
  openhandsV1,
  openhandsEvent,
  codexRollout,
  codexExec,
  sts,
  pi,
  qwenCode,
  claudeCode,
  sweAttempts,
  copilotCli,
  geminiCli,
  kimiOldWire,
  kimiWire,
  droid,
  grok,
  hermes,
  opencodeStorage,
  antigravity,
  cursorTranscript,
  cursorStore,
  gooseSession,
  amp,
  ...agentStores,
  clineUi,
  preference,
  messageDocument,
  openaiMessages,
  sharegpt,
  openaiConversations,
  codexBareItem,
  responses,
  responsesItems,
  messageList,
  promptCompletion,
  alpaca,
  chatml,
]
