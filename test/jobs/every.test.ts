import { expect, test } from 'vitest'
import { every } from '../../src/jobs/every.ts'

/** Does the given outcomes one after the other, then nothing; resolves with what was told once all were done. */
async function told(outcomes: readonly (string | null)[]): Promise<readonly string[]> {
  const heard: string[] = []
  let at = 0
  await new Promise<void>((done) => {
    const running = every({ first: 0, pause: 1, warn: (err) => heard.push(String(err)) }, async () => {
      const outcome = outcomes[at++]
      if (outcome === undefined) return done(void running.close())
      if (outcome !== null) throw new Error(outcome)
    })
  })
  return heard
}

test('what fails is done again, and told once until it works or fails otherwise', async () => {
  expect(await told(['away', 'away', 'full', null, 'full', null])).toEqual([
    'Error: away',
    'Error: full',
    'Error: full',
  ])
})

test('closing waits for the time it is at, and there is no other', async () => {
  let begin = (): void => undefined
  let finish = (): void => undefined
  const begun = new Promise<void>((done) => (begin = done))
  const may = new Promise<void>((done) => (finish = done))
  const done: string[] = []
  const running = every({ first: 0, pause: 0, warn: () => undefined }, async () => {
    begin()
    await may
    done.push('work')
  })
  await begun
  const closing = running.close().then(() => done.push('closed'))
  finish()
  await closing
  expect(done).toEqual(['work', 'closed'])
})

test('one that is closed before its first time does nothing', async () => {
  let times = 0
  const running = every({ first: 3_600_000, pause: 0, warn: () => undefined }, async () => void times++)
  await running.close()
  expect(times).toBe(0)
})
