/** What a real file is: the name of its format, several names where its loader may still choose, or nothing. */
export type Expected = string | readonly string[] | undefined

/** In this order, the first that matches. Found by looking at the files, not by running anything. */
const rules: readonly (readonly [pattern: RegExp, format: Expected])[] = [
  [/^INDEX\.md$/, undefined],
  // adp: one project's own rows, and the rows of others that it was made from
  [/^adp\/.*\/(android_in_the_wild|go-browse-wa|omniact)\/sample_raw\.json$/, undefined],
  // An instruction and its answer in each row.
  [/^adp\/.*\/synatra\/sample_raw\.json$/, 'prompt-completion'],
  [/^adp\/.*\/agenttuning_os\/sample_sft\/sample_sft_agentlab\.json$/, undefined],
  [/^adp\/.*\/sample_std\.json$/, 'adp'],
  // Rows with role and content under `conversations`.
  [/^adp\/.*\/sample_sft_agentlab\.json$/, 'openai-messages'],
  [/^adp\/.*\/(sample_sft\/.*|sample_sft\.json)$/, 'sharegpt'],
  [/^adp\/.*\/llava_plus\/sample_raw\.json$/, 'sharegpt'],
  [/^adp\/.*\/openhands\/sample_raw\.json$/, 'openhands'],
  [/^adp\/.*\/nebius_SWE-agent-trajectories\/sample_raw\.json$/, 'nebius'],
  [/^adp\/.*\/sample_raw(\..*)?\.json$/, 'openai-messages'],
  [/^chat-sft\/hiyouga/, 'openai-messages'],
  [/^chat-sft\/axolotl/, 'sharegpt'],
  [/agent-empty000\.jsonl$/, undefined],
  [/^claude-code-jsonl\//, 'claude-code'],
  [/^codex-rollout\//, 'codex'],
  [/mini-swe-agent-trajectory\.json$/, 'mini-swe-agent'],
  [/^harbor-atif\/.*\.traces\.json$/, 'attempts'],
  [/^harbor-atif\//, 'atif'],
  [/^inspect-ai-log\/.*\/(test_skeleton|timeline)\//, undefined],
  [/^inspect-ai-log\//, 'inspect'],
  [/^langfuse-trace\/.*\.chatml\.json$/, undefined],
  [/^langfuse-trace\//, 'langfuse'],
  [/^langsmith-runs\//, 'langsmith'],
  [/^mini-swe-agent-traj\//, 'mini-swe-agent'],
  [/^moatless-trajectory\//, 'moatless'],
  [/^openai-responses\/.*\.(yaml|txt)$/, undefined],
  [/^openai-responses\//, 'agents-sdk'],
  [/^openhands\/.*\/example_model_output\.json$/, undefined],
  [/^openhands\//, 'openhands'],
  [/^openhands-v1\/.*\/base_state\.json$/, undefined],
  [/^openhands-v1\//, 'openhands-v1'],
  [/^otel-genai\/.*\/genai_schemas\//, undefined],
  [/^(otel|otlp)-genai\//, 'otel'],
  [/^other-cli-sessions\/.*\/grok\/summary\.json$/, undefined],
  [/^other-cli-sessions\/.*\/kimi\/.*\.state\.json$/, undefined],
  [/^other-cli-sessions\/.*\/m_assistant_small\/002\.json$/, undefined],
  [/^other-cli-sessions\/.*(pi_session|openclaw)/, 'pi'],
  [/^other-cli-sessions\/.*cursor/, ['cursor', 'cursor-transcripts', 'cursor-cli', 'cursor-session']],
  [/^other-cli-sessions\/.*gemini/, ['gemini-cli', 'gemini']],
  [/^other-cli-sessions\/.*kimi/, ['kimi', 'kimi-cli', 'kimi-code']],
  [/^other-cli-sessions\/.*fixture-opencode/, ['opencode-run', 'opencode', 'opencode-stream']],
  [/^other-cli-sessions\/.*opencode/, 'opencode'],
  [/^other-cli-sessions\/.*antigravity/, ['antigravity', 'antigravity-cli']],
  [/^other-cli-sessions\/.*copilot/, 'copilot-cli'],
  [/^other-cli-sessions\/.*droid/, ['droid', 'droid-stream', 'factory-droid']],
  [/^other-cli-sessions\/.*grok/, ['grok', 'grok-cli', 'grok-build']],
  [/^other-cli-sessions\/.*hermes/, ['hermes', 'openai-messages']],
  [/^other-cli-sessions\/.*qwen/, 'qwen-code'],
  [/^other-cli-sessions\/.*iflow/, 'claude-code'],
  [/^pi-sessions\//, 'pi'],
  [/^swe-agent-traj\//, 'swe-agent'],
  [/^swe-attempts\//, 'swe-attempts'],
  [/^tau-bench\/.*\/few_shot_data\//, undefined],
  [/^tau-bench\//, 'tau-bench'],
  [/^tau2-bench\//, 'tau2-bench'],
]

/** @param path below the folder of traces */
export function expectedFormat(path: string): Expected {
  const rule = rules.find(([pattern]) => pattern.test(path))
  if (rule === undefined) throw new Error(`no rule says what it is: ${path}`)
  return rule[1]
}

export function isExpected(expected: Expected, format: string | undefined): boolean {
  return typeof expected === 'object'
    ? format !== undefined && expected.includes(format)
    : expected === format
}
