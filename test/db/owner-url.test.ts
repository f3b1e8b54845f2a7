import { expect, test } from 'vitest'
import { readOwnerUrl } from '../../src/db/owner-url.ts'

test.each([
  ['postgres://owner:pw@db.example:5432/prod', 'postgres://owner:pw@db.example:5432/prod'],
  ['postgresql://owner@db.example/prod', 'postgresql://owner@db.example/prod'],
  ['postgres://db.example/prod?user=owner&password=p%26w', 'postgres://owner:p%26w@db.example/prod'],
  [
    'postgres://other@db.example/prod?user=owner&sslmode=verify-full',
    'postgres://owner@db.example/prod?sslmode=verify-full',
  ],
])('%s is read with user and password before the host', (text, url) => {
  expect(readOwnerUrl(text)).toEqual({ url })
})

test.each([
  ['mysql://x', 'is no connection string'],
  ['host=db user=owner', 'is no connection string'],
  ['postgres:///prod?user=owner', 'names no host'],
  ['postgres:///prod?host=/var/run/postgresql&user=owner', 'names its host behind the question mark'],
  ['postgres://db.example/prod', 'names no user'],
  ['postgres://owner@db.example', 'names no database'],
  ['postgres://owner@db.example/prod?options=-c%20role%3Dx', 'names its options behind the question mark'],
])('%s is refused, with how to write it', (text, problem) => {
  const read = readOwnerUrl(text)
  expect(read).toHaveProperty('problem')
  expect((read as { problem: string }).problem).toContain(problem)
  expect((read as { problem: string }).problem).toContain('postgres://user:password@host:5432/database')
})
