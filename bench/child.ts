import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What a child process took. `maxRss` in bytes, since it began. */
export interface ChildCost {
  readonly seconds: number
  readonly clientCpu: number
  readonly maxRss: number
}

/** A child process that has made itself ready; `run` does its work and says what it took. */
export interface Child<R> {
  run(): Promise<R & ChildCost>
  close(): Promise<void>
}

/**
 * Starts `bench/children/<name>.ts` as a process of its own and gives it `task`; what it takes to start is not part of
 * what is measured.
 */
export async function startChild<R>(name: string, task: object): Promise<Child<R>> {
  const child = fork(join(import.meta.dirname, 'children', `${name}.ts`), {
    // As Firebreak is started.
    execArgv: ['--max-semi-space-size=8', '--disable-warning=ExperimentalWarning'],
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the child process ${name} ended with ${String(code)}`)
  })
  // Heard where somebody waits for an answer; a child that was told to end may.
  ended.catch(() => undefined)
  const ask = async (message: object): Promise<unknown> => {
    const answer = once(child, 'message')
    child.send(message)
    const [value] = (await Promise.race([answer, ended])) as [unknown]
    return value
  }
  await ask({ task })
  return {
    run: async () => (await ask({ run: true })) as R & ChildCost,
    async close() {
      if (!child.connected) return
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}

interface Prepared {
  work(): Promise<object>
  close(): Promise<void>
}

/**
 * The child's side: `prepare` opens what is needed for a task and returns the work; the work may hold its
 * connections until the parent lets go.
 */
export function serveParent(prepare: (task: never) => Promise<Prepared>): void {
  let ready: Prepared | null = null
  const fail = (error: unknown): never => {
    console.error(error)
    process.exit(1)
  }
  const answer = async (message: { task?: object }): Promise<object> => {
    if (message.task !== undefined) {
      ready = await prepare(message.task as never)
      return {}
    }
    if (ready === null) throw new Error('asked to work without a task')
    const cpu = process.cpuUsage()
    const began = performance.now()
    const result = await ready.work()
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const cost: ChildCost = {
      seconds,
      clientCpu: (user + system) / 1e6,
      maxRss: process.resourceUsage().maxRSS * 1024,
    }
    return { ...result, ...cost }
  }
  process.on('message', (message: { task?: object }) => {
    answer(message).then((value) => process.send?.(value), fail)
  })
  process.on('disconnect', () => {
    ready?.close().catch(fail)
  })
}
