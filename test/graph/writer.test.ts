import { expect, test } from 'vitest'
import { GraphWriter } from '../../src/graph/writer.ts'
import { scope } from '../helpers/seed.ts'

test('writers of one process share what may be remembered', () => {
  const [a, b] = [scope('111122223333/eu-west-1/a'), scope('111122223333/eu-west-1/b')]
  const alone = new GraphWriter()
  const known = alone.state(a)
  alone.state(b)
  expect(alone.state(a)).toBe(known)
  const oneOfMany = new GraphWriter(64)
  const forgotten = oneOfMany.state(a)
  expect(oneOfMany.state(a)).toBe(forgotten)
  oneOfMany.state(b)
  expect(oneOfMany.state(a)).not.toBe(forgotten)
})
