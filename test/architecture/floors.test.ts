import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { faultOf, importsOf } from './floors.ts'

const ROOT = join(import.meta.dirname, '../..')

function sourceFiles(): readonly string[] {
  return ['src', 'blocks', 'migrations']
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
}

function faultsIn(file: string, text: string): readonly string[] {
  return importsOf(text).flatMap((specifier) => faultOf(file, specifier) ?? [])
}

test('every folder imports only from floors below its own', () => {
  const files = sourceFiles()
  expect(files.length).toBeGreaterThan(50)
  expect(files.flatMap((file) => faultsIn(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([])
})

test.each([
  ['a lookup that knows Slack', 'src/lookups/ip.ts', "import { App } from '@slack/bolt'"],
  ['a lookup that draws', 'src/lookups/ip.ts', "import { answerCard } from '../../blocks/answer-card.ts'"],
  ['a card that asks the database', 'blocks/notice.ts', "import { open } from '../src/db/open.ts'"],
  [
    'a source that writes the graph',
    'src/sources/audit.ts',
    "import { addCounts } from '../graph/write.ts'\nimport x from '../ingest/absorb.ts'",
  ],
  ['the model that reaches up', 'src/model/time.ts', "import type { Graph } from '../lookups/lookup.ts'"],
  [
    'an import over several lines',
    'src/graph/write.ts',
    "import {\n  absorb,\n  type Fate,\n} from '../ingest/absorb.ts'",
  ],
  ['a type import', 'src/db/open.ts', "import type { Place } from '../graph/write.ts'"],
  [
    'an import when needed',
    'src/jobs/refresh-card.ts',
    "const { startSlack } = await import('../slack/app.ts')",
  ],
  ['a re-export', 'src/graph/write.ts', "export { absorb } from '../ingest/absorb.ts'"],
  ['settings read below the root', 'src/slack/app.ts', "import { readConfig } from '../config.ts'"],
  ['a folder without a floor', 'src/helpers/x.ts', "import { now } from '../model/time.ts'"],
  [
    'a migration with code of today',
    'migrations/0001_graph.ts',
    "import { HOUR } from '../src/model/time.ts'",
  ],
])('a planted fault is found: %s', (_, file, text) => {
  expect(faultsIn(file, text)).not.toEqual([])
})

test('what the design allows is no fault', () => {
  expect(
    faultsIn('src/slack/answers.ts', "import { answerCard } from '../../blocks/answer-card.ts'"),
  ).toEqual([])
  expect(faultsIn('src/wire.ts', "import { startSlack } from './slack/app.ts'")).toEqual([])
  expect(faultsIn('src/ingest/absorb.ts', "import { foldRequests } from '../graph/write.ts'")).toEqual([])
})
