import { z } from 'zod'

const ASK = `
import json, torch
cuda = torch.cuda.is_available()
count = torch.cuda.device_count() if cuda else 0
print(json.dumps({
    "cuda": torch.version.cuda if cuda else None,
    "bf16": bool(torch.cuda.is_bf16_supported()) if cuda else True,
    "mps": bool(torch.backends.mps.is_available()),
    "gpus": [{"name": torch.cuda.get_device_name(i), "memory": torch.cuda.get_device_properties(i).total_memory} for i in range(count)],
}))
`

const devicesSchema = z.object({
  cuda: z.string().nullable(),
  bf16: z.boolean(),
  mps: z.boolean(),
  gpus: z.array(z.object({ name: z.string(), memory: z.number() })),
})
/** What torch finds to train on. */
export type Devices = z.infer<typeof devicesSchema>

/** Undefined where torch cannot be imported. Takes some seconds. */
export async function askDevices(python: string): Promise<Devices | undefined> {
  const { execa } = await import('execa')
  const { stdout, failed } = await execa(python, ['-c', ASK], { reject: false, timeout: 120_000 })
  if (failed) return undefined
  return devicesSchema.safeParse(JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null')).data
}
