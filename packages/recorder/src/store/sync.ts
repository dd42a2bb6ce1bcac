import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Brings files, and their names, to the disk. @throws the system's error */
export async function syncFiles(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const handle = await open(file, 'r+')
    try {
      await handle.datasync()
    } finally {
      await handle.close()
    }
  }
  for (const folder of new Set(files.map((file) => dirname(file)))) await syncFolder(folder)
}

/** Names are on disk with their folder. Some file systems cannot flush a folder: names are then their own care. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // Not possible here.
  }
}
