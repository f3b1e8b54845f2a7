/// <reference lib="dom" />
import { useEffect, useRef, useState } from 'preact/hooks'
import { read } from './connection.ts'
import { type Exchange, readExchange } from './exchange.ts'
import { objects } from './state.ts'

/** So many exchanges are kept, the newest ones. */
const KEPT = 500

/** Fetches the exchanges since the last look whenever `changed` is another object; the newest 500, oldest first. */
export function useWire(changed: unknown): readonly Exchange[] {
  const [exchanges, setExchanges] = useState<readonly Exchange[]>([])
  const after = useRef(0)
  const isRunning = useRef(false)
  const again = useRef(false)
  useEffect(() => {
    const look = async (): Promise<void> => {
      again.current = true
      if (isRunning.current) return
      isRunning.current = true
      try {
        while (again.current) {
          again.current = false
          const answer = await read(`wire?after=${after.current}`)
          const fresh = objects(answer['exchanges']).map(readExchange)
          after.current = Math.max(after.current, ...fresh.map(({ seq }) => seq))
          if (fresh.length > 0) setExchanges((before) => [...before, ...fresh].slice(-KEPT))
        }
      } catch {
        // The status line tells of a lost connection, and the next change looks again.
      } finally {
        isRunning.current = false
      }
    }
    void look()
  }, [changed])
  return exchanges
}
