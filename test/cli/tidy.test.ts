import { expect, test } from 'vitest'
import { describeTidied } from '../../src/cli/tidy.ts'

const NOTHING = { made: [], dropped: [], packed: 0, sealed: 0, postponed: [] }

test('hours that were closed are told with what follows, and what was postponed with what to do', () => {
  const lines = describeTidied({ ...NOTHING, packed: 1, sealed: 1336, postponed: ['packing'] })
  expect(lines).toEqual([
    'Partitions: 0 made, 0 dropped.',
    'Packed: 1 row.',
    'Closed 1,336 hours: records that still come for them are rejected as too-late.',
    'Not now: packing; somebody else holds what it needs. firebreak tidy tries again.',
  ])
  expect(describeTidied({ ...NOTHING, sealed: 1 })).toContain(
    'Closed 1 hour: records that still come for it are rejected as too-late.',
  )
})
