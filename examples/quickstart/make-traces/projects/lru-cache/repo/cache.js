/** A cache that holds `capacity` entries and drops the one that was used longest ago. */
export function createCache(capacity) {
  const entries = new Map()
  return {
    get size() {
      return entries.size
    },
    get(key) {
      return entries.get(key)
    },
    set(key, value) {
      entries.set(key, value)
      if (entries.size > capacity) entries.delete(entries.keys().next().value)
    },
  }
}
