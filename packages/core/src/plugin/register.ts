import { nearestName } from '../config/issues.ts'
import type { Example } from '../data/example.ts'
import { misfitOfItem, misfitText } from '../data/shape.ts'
import type { Trace } from '../data/trace.ts'
import { isSftError, sftError } from '../errors/error.ts'
import type { Activity } from '../hooks/activity.ts'
import { attributeAsync, attributeSync } from '../hooks/attribute.ts'
import type { HookName } from '../hooks/names.ts'
import { readOnly } from '../hooks/read-only.ts'
import { type AttributedDrop, customStage, type Registry } from '../hooks/registry.ts'
import type { LlmProvider } from '../llm/types.ts'
import type {
  Checkpoint,
  Drop,
  InputSource,
  Loader,
  Plugin,
  PluginApi,
  PublishHandler,
  SplitHandler,
  Tap,
  TrainHandler,
} from './types.ts'

const STAGE = { pre: -100, normal: 0, post: 100 }

/** Runs every plugin's `setup`, in order; handlers are wrapped here, once. */
export function registerPlugins(plugins: readonly Plugin[], registry: Registry, activity: Activity): void {
  const open = { value: true }
  const late: (() => void)[] = []
  for (const plugin of plugins) {
    const api = apiOf(plugin.name, registry, activity, open, late)
    try {
      const result: unknown = plugin.setup(api)
      if (result instanceof Promise) {
        result.catch(() => {})
        throw sftError('SFT_PLUGIN_PROMISE', '`setup` is synchronous, and it returned a promise.')
      }
    } catch (thrown) {
      if (isSftError(thrown)) throw Object.assign(thrown, { plugin: thrown.plugin ?? plugin.name })
      throw sftError(
        'SFT_PLUGIN_FAILED',
        `setup failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        {
          plugin: plugin.name,
          cause: thrown,
        },
      )
    }
  }
  // Stages may be tapped by a plugin that is listed before the one that defines them.
  for (const tapStage of late) tapStage()
  checkStagePlaces(registry)
  open.value = false
}

function apiOf(
  plugin: string,
  registry: Registry,
  activity: Activity,
  open: { value: boolean },
  late: (() => void)[],
): PluginApi {
  const who = (hook: HookName) => ({ plugin, hook, activity })
  const guard = (): void => {
    if (!open.value) {
      throw sftError('SFT_PLUGIN_FAILED', 'A handler was registered after `setup` had ended.', { plugin })
    }
  }
  const tapped = <H>(tap: Tap<H>): { handler: H; options: { name: string; stage: number } } => {
    guard()
    const handler = typeof tap === 'object' && tap !== null && 'handler' in tap ? tap.handler : (tap as H)
    const order = typeof tap === 'object' && tap !== null && 'order' in tap ? tap.order : undefined
    return { handler, options: { name: plugin, stage: STAGE[order ?? 'normal'] } }
  }
  const asyncHook = <A extends unknown[], R>(
    hook: HookName,
    target: { tapPromise(options: { name: string; stage: number }, fn: (...args: A) => Promise<R>): void },
  ) => {
    return (tap: Tap<(...args: A) => R | Promise<R>>): void => {
      const { handler, options } = tapped(tap)
      requireFunction(handler, plugin, hook)
      target.tapPromise(options, attributeAsync(who(hook), handler))
    }
  }
  return {
    modifyConfig: asyncHook('modifyConfig', registry.modifyConfig as never),
    configResolved: asyncHook('configResolved', registry.configResolved as never),
    input: (tap) => {
      const { handler: source, options } = tapped<InputSource>(tap)
      registry.inputs.add(plugin, options.stage, wrapInput(source, who('input')))
    },
    load: (tap) => {
      const { handler: loader, options } = tapped<Loader>(tap)
      registry.loaders.add(plugin, options.stage, wrapLoader(loader, who('load')))
    },
    tag: (tap) => {
      const { handler, options } = tapped(tap)
      requireFunction(handler, plugin, 'tag')
      const tag = attributeAsync(who('tag'), handler)
      registry.tag.tapPromise(options, (traces, scope) => tag(traces, scope.tagContext(plugin)))
    },
    filter: (tap) => {
      const { handler, options } = tapped(tap)
      requireFunction(handler, plugin, 'filter')
      const filter = readOnly(plugin, attributeSync(who('filter'), handler))
      registry.filter.tap(options, (trace, scope): AttributedDrop | undefined => {
        const drop = requireDrop(filter(trace, scope.context(plugin)), plugin, trace)
        return drop
          ? { plugin, reason: drop.reason, ...(drop.detail !== undefined && { detail: drop.detail }) }
          : undefined
      })
    },
    augment: (tap) => {
      const { handler, options } = tapped(tap)
      requireFunction(handler, plugin, 'augment')
      const augment = attributeAsync(who('augment'), handler)
      registry.augment.tapPromise(options, async (items, scope) => {
        const made = await augment(items, scope.augmentContext(plugin))
        const after = requireItems(requireList(made, plugin, 'augment'), items, plugin, 'augment')
        scope.settle(plugin, items, after)
        return after
      })
    },
    augmentGroup: (tap) => {
      guard()
      requireFunction(tap.handler, plugin, 'augmentGroup')
      registry.augmentGroup.add(plugin, STAGE[tap.order ?? 'normal'], {
        ...(tap.where && { where: attributeSync(who('augmentGroup'), tap.where.bind(tap)) }),
        ...(tap.by && { by: attributeSync(who('augmentGroup'), tap.by.bind(tap)) }),
        ...(tap.first !== undefined && { first: tap.first }),
        handler: attributeAsync(who('augmentGroup'), tap.handler.bind(tap)),
      })
    },
    llm: (tap) => {
      const { handler, options } = tapped<LlmProvider>(tap)
      requireFunction(handler, plugin, 'llm')
      registry.llm.add(plugin, options.stage, attributeAsync(who('llm'), handler))
    },
    measure: (name, handler) => {
      guard()
      registry.measures.set(name, { plugin, value: attributeSync(who('measure'), handler) })
    },
    format: (name, format) => {
      guard()
      // The first plugin that registers a name keeps it: a plugin listed earlier swaps a format.
      if (registry.formats.has(name)) return
      const handler = attributeSync(who('format'), format.handler.bind(format))
      registry.formats.set(name, { plugin, value: { ...format, handler } })
    },
    select: (tap) => {
      const { handler, options } = tapped(tap)
      requireFunction(handler, plugin, 'select')
      const select = attributeAsync(who('select'), handler)
      registry.select.tapPromise(options, (contextOf) => select(contextOf(plugin)))
    },
    split: (tap) => {
      const { handler, options } = tapped<SplitHandler>(tap)
      registry.split.add(plugin, options.stage, wrapSplit(handler, who('split')))
    },
    train: (tap) => {
      asyncHook<Parameters<TrainHandler>, Checkpoint | undefined>('train', registry.train as never)(tap)
      const { options } = tapped(tap)
      if (typeof tap === 'object' && 'preview' in tap && tap.preview !== undefined)
        registry.trainPreviews.add(plugin, options.stage, attributeAsync(who('train'), tap.preview))
      if (typeof tap === 'object' && 'check' in tap && tap.check !== undefined)
        registry.trainChecks.add(plugin, options.stage, attributeAsync(who('train'), tap.check))
    },
    convert: (target, handler) => {
      guard()
      if (registry.converters.has(target)) return
      registry.converters.set(target, { plugin, value: attributeAsync(who('convert'), handler) })
    },
    publish: asyncHook<Parameters<PublishHandler>, void>('publish', registry.publish as never),
    progress: (tap) => {
      const { handler, options } = tapped(tap)
      registry.progress.tap(options, attributeSync(who('progress'), handler))
    },
    done: asyncHook('done', registry.done as never),
    failed: asyncHook('failed', registry.failed as never),
    defineStage: (name, place) => {
      guard()
      if (registry.stages.has(name)) {
        throw sftError(
          'SFT_PLUGIN_DUPLICATE',
          `The stage ${name} is already defined by ${registry.stages.get(name)?.definedBy}.`,
          { plugin },
        )
      }
      registry.stages.set(name, customStage(name, place, plugin))
    },
    stage: (name, tap) => {
      const { handler, options } = tapped(tap)
      late.push(() => {
        const stage = registry.stages.get(name)
        if (stage === undefined) throw unknownStage(name, [...registry.stages.keys()], plugin)
        const run = attributeAsync(who('stage'), handler)
        stage.hook.tapPromise(options, async (traces, scope) => {
          const made = await run(traces, scope.augmentContext(plugin))
          const after = requireItems(requireList(made, plugin, 'stage'), traces, plugin, 'stage')
          scope.settle(plugin, traces, after)
          return after
        })
      })
    },
  }
}

function wrapInput(source: InputSource, who: Parameters<typeof attributeAsync>[0]): InputSource {
  const list = attributeAsync(who, source.list.bind(source))
  return {
    scheme: source.scheme,
    list: async (input, context) =>
      requireList(await list(input, context), who.plugin, who.hook).map((file) => ({
        uri: file.uri,
        ...(file.bytes !== undefined && { bytes: file.bytes }),
        fetch: attributeAsync(who, file.fetch.bind(file)),
      })),
  }
}

function wrapLoader(loader: Loader, who: Parameters<typeof attributeSync>[0]): Loader {
  const detect = attributeSync(who, loader.detect.bind(loader))
  const base = {
    name: loader.name,
    looksFor: loader.looksFor,
    detect,
    ...(loader.repeats && { repeats: attributeSync(who, loader.repeats.bind(loader)) }),
  }
  if ('refuses' in loader) return { ...base, refuses: loader.refuses }
  // A loader of rows keeps its own `read`: a throw there is about one record, which goes to unreadable.jsonl.
  return 'read' in loader
    ? { ...base, read: loader.read.bind(loader) }
    : {
        ...base,
        ...(loader.set && { set: attributeSync(who, loader.set.bind(loader)) }),
        ...(loader.companion && { companion: attributeSync(who, loader.companion.bind(loader)) }),
        ...(loader.parts && { parts: loader.parts.bind(loader) }),
        ...(loader.hashes && { hashes: loader.hashes.bind(loader) }),
        open: loader.open.bind(loader),
      }
}

function wrapSplit(split: SplitHandler, who: Parameters<typeof attributeSync>[0]): SplitHandler {
  if (typeof split === 'function') return attributeAsync(who, split)
  return {
    when: split.when ? attributeSync(who, split.when.bind(split)) : () => true,
    ofGroup: attributeSync(who, split.ofGroup.bind(split)),
  }
}

function requireFunction(handler: unknown, plugin: string, hook: HookName): void {
  if (typeof handler === 'function') return
  throw sftError(
    'SFT_PLUGIN_RESULT',
    `${hook} takes a function or { order, handler }, and got ${typeof handler}.`,
    { plugin, hook },
  )
}

/** What a filter says: nothing, or a drop with its reason. */
export function requireDrop(value: unknown, plugin: string, trace: Trace): Drop | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'object' && typeof (value as Partial<Drop>).reason === 'string') return value as Drop
  const { uri, line } = trace.source
  throw sftError(
    'SFT_PLUGIN_RESULT',
    `A filter returns nothing, or { reason }, and this one returned ${JSON.stringify(value)}.`,
    {
      plugin,
      hook: 'filter',
      id: trace.id,
      source: uri,
      ...(line !== undefined && { line }),
    },
  )
}

/**
 * What a handler made has the shape of what it says it is; what it was given had it before.
 *
 * @throws SFT_PLUGIN_RESULT with the item, the field, what it is and what it should be
 */
export function requireItems<T extends Trace | Example>(
  items: readonly T[],
  given: readonly T[],
  plugin: string,
  hook: HookName,
): readonly T[] {
  const known = new Set<T>(given)
  for (const item of items) {
    if (known.has(item)) continue
    const wrong = misfitOfItem(item)
    if (wrong === undefined) continue
    const { id, source } = (item ?? {}) as Partial<Trace>
    throw sftError(
      'SFT_PLUGIN_RESULT',
      `The handler made something of another shape: ${misfitText(wrong)}.`,
      {
        plugin,
        hook,
        ...(typeof id === 'string' && { id }),
        ...(typeof source?.uri === 'string' && { source: source.uri }),
        ...(typeof source?.line === 'number' && { line: source.line }),
      },
    )
  }
  return items
}

function requireList<T>(value: readonly T[], plugin: string, hook: HookName): readonly T[] {
  if (Array.isArray(value)) return value
  throw sftError(
    'SFT_PLUGIN_RESULT',
    `${hook} returns a list of what goes on, and the handler returned ${typeof value}.`,
    { plugin, hook },
  )
}

/** A stage after one that does not exist, or after itself, would never run. */
function checkStagePlaces({ stages }: Registry): void {
  const reached = new Set(['load', 'tag', 'filter'])
  const left = new Set(stages.values())
  for (let before = -1; before !== left.size; ) {
    before = left.size
    for (const stage of left) {
      if (!reached.has(stage.place.after)) continue
      reached.add(stage.name)
      left.delete(stage)
    }
  }
  for (const { name, place, definedBy } of left) {
    const nearest = nearestName(place.after, [...reached])
    const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`
    const message = `The stage ${name} stands after ${place.after}, which no run reaches${hint}. Stages: ${[...reached].join(', ')}.`
    throw sftError('SFT_HOOK_UNKNOWN', message, { plugin: definedBy })
  }
}

function unknownStage(name: string, stages: readonly string[], plugin: string): Error {
  const nearest = nearestName(name, stages)
  const known = stages.length === 0 ? 'No stage is defined.' : `Stages: ${stages.join(', ')}.`
  return sftError(
    'SFT_HOOK_UNKNOWN',
    `There is no stage ${name}${nearest ? ` (did you mean ${nearest}?)` : ''}. ${known}`,
    { plugin },
  )
}
