import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A llama.cpp whose converter always gives the same file: what a broken one would have made. */
export function llamaCppThatMakes(folder: string, gguf: string): string {
  const home = llamaCppThat(folder, [
    'import pathlib, shutil, sys',
    'made = pathlib.Path(__file__).parent / "made.gguf"',
    'shutil.copy(made, sys.argv[sys.argv.index("--outfile") + 1])',
  ])
  copyFileSync(gguf, join(home, 'made.gguf'))
  return home
}

/** A llama.cpp whose converter is this script. */
export function llamaCppThat(folder: string, script: readonly string[]): string {
  const home = join(folder, 'llama.cpp')
  mkdirSync(join(home, 'conversion'), { recursive: true })
  const files: Record<string, string> = {
    'conversion/__init__.py': [
      'class Any:',
      '    def __contains__(self, name):',
      '        return True',
      'TEXT_MODEL_MAP = Any()',
      'MMPROJ_MODEL_MAP = {}',
    ].join('\n'),
    'conversion/base.py': [
      'class TextModel:',
      '    def get_vocab_base_pre(self, tokenizer):',
      '        return ""',
      '    def prepare_metadata(self, vocab_only):',
      '        pass',
    ].join('\n'),
    'conversion/phi.py': 'class Phi3MiniModel:\n    pass\n',
    'conversion/gemma.py': 'class Gemma3Model:\n    pass\n',
    'convert_hf_to_gguf.py': script.join('\n'),
  }
  for (const [path, content] of Object.entries(files)) writeFileSync(join(home, path), content)
  return home
}

/** Changes bytes of a GGUF in place; its length stays. */
export function alterGguf(gguf: string, into: string, change: (bytes: Buffer) => void): string {
  const bytes = readFileSync(gguf)
  change(bytes)
  writeFileSync(into, bytes)
  return into
}

/** Replaces a text in bytes by another of its length, from its n-th place on. */
export function overwrite(bytes: Buffer, text: string, by: string): void {
  const at = bytes.indexOf(text)
  if (at === -1 || by.length !== text.length) throw new Error(`cannot replace ${text}`)
  bytes.write(by, at)
}
