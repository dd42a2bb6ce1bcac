import { expect, test } from 'vitest'
import { saysOutOfMemory } from '../src/launch/out-of-memory.ts'

const SAYS = [
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23 GiB',
  'RuntimeError: MPS backend out of memory (MPS allocated: 9.05 GB)',
  "RuntimeError: [enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes.",
  'RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`',
  'Traceback (most recent call last):\nMemoryError',
  'Memory cgroup out of memory: Killed process 812 (python3) total-vm:9GB',
  'slurmstepd: error: Detected 1 oom_kill event in StepId=4.batch. Some of the step tasks have been OOM Killed.',
  'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null)',
  'Job failed: OOMKilled (exit code 137)',
]
const SAYS_NOT = [
  'there is room for more',
  'zoom in on the loss',
  'the bloom model',
  'boom',
  'room_killed',
  'oomph',
  'GPU memory: 12 GB',
  'memory_efficient_attention is not available',
  'a memory error of the reader',
]

test('what torch, the kernel, Slurm and containers write of memory that ran out is known, by whole words', () => {
  expect(SAYS.filter((text) => !saysOutOfMemory(text))).toEqual([])
  expect(SAYS_NOT.filter(saysOutOfMemory)).toEqual([])
})
