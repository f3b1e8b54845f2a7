/** Milliseconds between two looks at the clock: `3 minutes ago` must stay true. */
const TICK = 30_000

const ticked = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | null = null

/** Calls back every half minute, until the returned function is called. One timer serves all, while there are any. */
export function onTick(redraw: () => void): () => void {
  ticked.add(redraw)
  timer ??= setInterval(() => {
    for (const one of ticked) one()
  }, TICK)
  return () => {
    ticked.delete(redraw)
    if (ticked.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }
}
