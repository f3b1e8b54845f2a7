const said = new WeakMap<object, string>()

/**
 * The list as it is now, with the objects of before where they say the same, and the very list of before where nothing
 * changed. What is the same object is not drawn again.
 */
export function keepSame<T extends object>(before: readonly T[], now: readonly T[]): readonly T[] {
  const known = new Map(before.map((one) => [wordsOf(one), one]))
  const kept = now.map((one) => known.get(wordsOf(one)) ?? one)
  const isSame = kept.length === before.length && kept.every((one, at) => one === before[at])
  return isSame ? before : kept
}

function wordsOf(one: object): string {
  const known = said.get(one)
  if (known !== undefined) return known
  const words = JSON.stringify(one)
  said.set(one, words)
  return words
}
