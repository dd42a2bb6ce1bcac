import { join } from 'node:path'

/** What decides where agents keep things. */
export interface Places {
  readonly home: string
  /** Agents that keep a session beside the project keep it here. */
  readonly project: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A folder in which an agent keeps sessions. */
export interface SessionRoot {
  readonly folder: string
  /** Which files are of a session, by their path below the folder, with `/`. */
  readonly files: RegExp
  /** Which files are databases of sessions. */
  readonly databases?: RegExp
  /** Only files of the folder itself. */
  readonly flat?: true
}

export interface CollectedAgent {
  /** Also the folder in the archive. */
  readonly name: string
  roots(places: Places): readonly SessionRoot[]
}

const LINES = /\.jsonl$/
const DOCUMENTS = /\.json$/

/**
 * Command-line agents, and where they keep their sessions. The places follow each agent's documentation or source, and
 * the variables with which it lets people choose another.
 */
export const agents: readonly CollectedAgent[] = [
  {
    name: 'claude-code',
    roots: (at) =>
      listed(at, 'CLAUDE_CONFIG_DIR', [join(at.home, '.claude'), join(configHome(at), 'claude')]).map(
        (base) => ({
          folder: join(base, 'projects'),
          files: /\.jsonl$|\/tool-results\/[^/]+$|\/subagents\/.*\.meta\.json$/,
        }),
      ),
  },
  {
    name: 'codex',
    roots: (at) => {
      const home = named(at, 'CODEX_HOME', join(at.home, '.codex'))
      const files = /\.jsonl(?:\.zst)?$/
      return ['sessions', 'archived_sessions'].map((folder) => ({ folder: join(home, folder), files }))
    },
  },
  {
    name: 'pi',
    roots: (at) => [
      {
        folder: join(named(at, 'PI_CODING_AGENT_DIR', join(at.home, '.pi', 'agent')), 'sessions'),
        files: LINES,
      },
    ],
  },
  {
    name: 'gemini-cli',
    roots: (at) => [
      {
        folder: join(named(at, 'GEMINI_CLI_HOME', at.home), '.gemini', 'tmp'),
        files: /\/chats\/.+\.jsonl?$/,
      },
    ],
  },
  {
    name: 'antigravity',
    roots: (at) =>
      ['antigravity', 'antigravity-cli'].map((name) => ({
        folder: join(at.home, '.gemini', name, 'brain'),
        files: /\/transcript[^/]*\.jsonl$/,
      })),
  },
  {
    name: 'qwen-code',
    roots: (at) => {
      const base = named(at, 'QWEN_HOME', join(at.home, '.qwen'))
      return ['projects', 'tmp'].map((folder) => ({
        folder: join(base, folder),
        files: /\/chats\/.+\.jsonl?$/,
      }))
    },
  },
  {
    name: 'opencode',
    roots: (at) => {
      const base = join(dataHome(at), 'opencode')
      return [
        { folder: join(base, 'storage'), files: /^(?:session|message|part)\/.+\.json$/ },
        { folder: base, files: /^$/, databases: /^opencode[^/]*\.db$/, flat: true },
      ]
    },
  },
  {
    name: 'copilot-cli',
    roots: (at) => {
      const base = named(at, 'COPILOT_HOME', join(at.home, '.copilot'))
      return ['session-state', 'history-session-state'].map((folder) => ({
        folder: join(base, folder),
        files: /(?:^|\/)events\.jsonl$|^[^/]+\.jsonl?$/,
      }))
    },
  },
  {
    name: 'goose',
    roots: (at) => {
      const root = at.environment.GOOSE_PATH_ROOT
      const base = root ? join(root, 'data') : join(dataHome(at), 'goose')
      return [{ folder: join(base, 'sessions'), files: LINES, databases: /^sessions\.db$/ }]
    },
  },
  {
    name: 'kimi',
    roots: (at) =>
      [named(at, 'KIMI_SHARE_DIR', join(at.home, '.kimi')), join(at.home, '.kimi-code')].map((base) => ({
        folder: join(base, 'sessions'),
        // The wire.jsonl beside a context.jsonl repeats it.
        files: /\/agents\/[^/]+\/wire[^/]*\.jsonl$|\/context[^/]*\.jsonl$|\/state\.json$/,
      })),
  },
  {
    name: 'droid',
    roots: (at) => [{ folder: join(at.home, '.factory', 'sessions'), files: /\.jsonl$|\.settings\.json$/ }],
  },
  {
    name: 'amp',
    roots: (at) => [{ folder: join(dataHome(at), 'amp', 'threads'), files: DOCUMENTS }],
  },
  {
    name: 'hermes',
    roots: (at) => {
      const base = named(at, 'HERMES_HOME', join(at.home, '.hermes'))
      return [
        { folder: join(base, 'sessions'), files: /\.jsonl?$/ },
        { folder: base, files: /^$/, databases: /^state\.db$/, flat: true },
      ]
    },
  },
  {
    name: 'crush',
    roots: (at) => [
      { folder: join(at.project, '.crush'), files: /^$/, databases: /^crush\.db$/, flat: true },
    ],
  },
  {
    name: 'cursor',
    roots: (at) => [
      { folder: join(at.home, '.cursor', 'projects'), files: /\/agent-transcripts\/.+\.jsonl$/ },
    ],
  },
  {
    name: 'grok',
    roots: (at) => [
      { folder: join(at.home, '.grok', 'sessions'), files: /\/(?:chat_history\.jsonl|summary\.json)$/ },
    ],
  },
  {
    name: 'cline',
    roots: (at) => [
      { folder: join(at.home, '.cline', 'data', 'tasks'), files: API_HISTORY },
      ...editors(at).map((base) => ({
        folder: join(base, 'saoudrizwan.claude-dev', 'tasks'),
        files: API_HISTORY,
      })),
    ],
  },
  {
    name: 'roo-code',
    roots: (at) =>
      editors(at).map((base) => ({
        folder: join(base, 'rooveterinaryinc.roo-cline', 'tasks'),
        files: API_HISTORY,
      })),
  },
  {
    name: 'openhands',
    roots: (at) =>
      ['sessions', 'conversations'].map((folder) => ({
        folder: join(at.home, '.openhands', folder),
        files: /\/events\/[^/]+\.json$|\/(?:base_state|metadata)\.json$/,
      })),
  },
  {
    name: 'aider',
    roots: (at) => [{ folder: at.project, files: /^\.aider\.chat\.history\.md$/, flat: true }],
  },
]

const API_HISTORY = /\/(?:api_conversation_history|claude_messages)\.json$/

/** Where editors of the VS Code family keep what their extensions store. */
function editors(at: Places): string[] {
  const bases = [configHome(at), join(at.home, 'Library', 'Application Support')]
  const remote = ['.vscode-server', '.cursor-server'].map((name) =>
    join(at.home, name, 'data', 'User', 'globalStorage'),
  )
  const local = bases.flatMap((base) =>
    ['Code', 'Code - Insiders', 'Cursor', 'VSCodium', 'Windsurf'].map((editor) =>
      join(base, editor, 'User', 'globalStorage'),
    ),
  )
  return [...local, ...remote]
}

function named({ environment }: Places, variable: string, otherwise: string): string {
  return environment[variable]?.trim() || otherwise
}

/** Several folders in one variable, with commas. */
function listed(places: Places, variable: string, otherwise: readonly string[]): readonly string[] {
  const value = places.environment[variable]?.trim()
  return value ? value.split(',').map((folder) => folder.trim()) : otherwise
}

function dataHome(at: Places): string {
  return named(at, 'XDG_DATA_HOME', join(at.home, '.local', 'share'))
}

function configHome(at: Places): string {
  return named(at, 'XDG_CONFIG_HOME', join(at.home, '.config'))
}
