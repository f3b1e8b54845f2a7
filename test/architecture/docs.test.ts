import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { derivedDocuments, ROOT } from '../helpers/documents.ts'

test('derived documents are what the registries say (npm run docs rewrites them)', () => {
  for (const [path, text] of derivedDocuments()) {
    expect(readFileSync(join(ROOT, path), 'utf8'), path).toBe(text)
  }
})

test('the README names every script that a person runs', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const name of Object.keys(scripts)) {
    expect(readme, name).toMatch(new RegExp(`npm (run )?${name}\\b`))
  }
})

test('.env.example names every setting', () => {
  const example = readFileSync(join(ROOT, '.env.example'), 'utf8')
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const table = [...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1])
  expect(table.length).toBeGreaterThan(3)
  for (const name of table) expect(example).toContain(`${name}=`)
})
