import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { until } from './until.ts'

/** False where there is no moto_server: then tests skip with a visible line, and the gate refuses the skip. */
export const HAS_MOTO = spawnSync('sh', ['-c', 'command -v moto_server']).status === 0

/** A `moto_server` of a test's own. */
export interface Moto {
  readonly url: string
  close(): Promise<void>
}

export async function startMoto(): Promise<Moto> {
  process.env['AWS_ACCESS_KEY_ID'] = 'testing'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'testing'
  const port = await freePort()
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const ended = new Promise((done) => {
    child.once('exit', done)
  })
  const url = `http://127.0.0.1:${port}`
  const answers = (): Promise<boolean> =>
    fetch(`${url}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until(answers, 60_000)
  return {
    url,
    async close() {
      child.kill()
      await ended
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
