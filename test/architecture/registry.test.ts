import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LOOKUPS } from '../../src/lookups/index.ts'
import { LOOKUP_NAMES } from '../../src/model/answer.ts'
import { ROOT } from '../helpers/documents.ts'

test('every lookup stands in a file of its name, has a test, and is registered once', () => {
  expect(LOOKUPS.map((lookup) => lookup.name).toSorted()).toEqual([...LOOKUP_NAMES].toSorted())
  for (const { name } of LOOKUPS) {
    expect(readFileSync(join(ROOT, `src/lookups/${name}.ts`), 'utf8')).toContain(
      `export const ${name}: Lookup`,
    )
    expect(existsSync(join(ROOT, `test/lookups/${name}.test.ts`)), `test/lookups/${name}.test.ts`).toBe(true)
  }
})

test('no file of src/lookups exports a lookup that the registry does not have', () => {
  const exported = readdirSync(join(ROOT, 'src/lookups')).flatMap((file) =>
    [...readFileSync(join(ROOT, 'src/lookups', file), 'utf8').matchAll(/export const (\w+): Lookup\b/g)].map(
      (match) => match[1] ?? '',
    ),
  )
  expect(exported.toSorted()).toEqual([...LOOKUP_NAMES].toSorted())
})

test('labels fit on a button of a phone and are told apart', () => {
  const labels = LOOKUPS.map((lookup) => lookup.label)
  expect(labels.filter((label) => label.length > 24)).toEqual([])
  expect(new Set(labels).size).toBe(labels.length)
})

test('a bare key gets a kind that the lookup is asked about', () => {
  for (const { about, defaultKind, name } of LOOKUPS) expect(about, name).toContain(defaultKind)
})
