#!/usr/bin/env node
// The way in for every Node that a machine may have: the program itself needs Node 24, which comes with the project.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const program = join(here, 'firebreak.ts')

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(program)
} else {
  const own = join(here, '../../node_modules/node/bin/node')
  if (!existsSync(own)) {
    console.error(
      `Firebreak needs Node 24 and this is ${process.version}. Run npm ci first, which brings it along.`,
    )
    process.exit(1)
  }
  // As npm start and the image do: ingest lets go of what it makes soon after, and more room for what is young costs memory
  // and saves no time. A Node that is new enough by itself does without.
  const options = ['--max-semi-space-size=8', '--disable-warning=ExperimentalWarning']
  const child = spawn(own, [...options, program, ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal's Ctrl-C reaches both; a signal sent to this process alone is passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
  })
}
