import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Opened, open } from '../../src/db/open.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { canonicalText } from '../../src/model/digest.ts'
import type { Canonical } from '../../src/model/plan.ts'
import type { TrailNote } from '../../src/model/trail.ts'
import { anchorTrail } from '../../src/trail/anchor.ts'
import { appendTrail, TrailUnavailable } from '../../src/trail/append.ts'
import { incidentTrail, readHead, readTrail } from '../../src/trail/read.ts'
import { verifyTrail } from '../../src/trail/verify.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'
import { NOW } from '../helpers/seed.ts'

let database: TestDatabase
let bot: Opened
beforeAll(async () => {
  database = await freshDatabase()
  bot = open(database.urls.bot, 'test trail', { max: 12 })
})
afterAll(async () => {
  await bot.close()
  await database.drop()
})

function note(more: Partial<TrailNote> = {}): TrailNote {
  return {
    act: 'voted',
    person: 'ada',
    account: { team: 'T', user: 'UADA' },
    scope: null,
    incident: 7,
    proposal: null,
    code: null,
    detail: {},
    ...more,
  }
}

function append(...notes: readonly TrailNote[]): Promise<readonly number[]> {
  return inTransaction(bot.pool, ({ trx }) => appendTrail(trx, notes))
}

async function verified(): Promise<Awaited<ReturnType<typeof verifyTrail>>> {
  return verifyTrail(readTrail(bot.db), [], await readHead(bot.db))
}

test('entries follow from one another, and an incident’s are read in pages', async () => {
  const first = await append(note(), note({ act: 'approved' }))
  const second = await append(note({ act: 'withdrawn', incident: 8 }))
  expect(second[0]).toBe((first.at(-1) ?? 0) + 1)
  expect(await append()).toEqual([])
  expect(await verified()).toMatchObject({ ok: true })
  const { entries, total } = await incidentTrail(bot.db, 7, { most: 1 })
  expect({ acts: entries.map(({ body }) => body['act']), total }).toEqual({ acts: ['approved'], total: 2 })
})

test('what is rolled back leaves no gap', async () => {
  const before = await readHead(bot.db)
  await expect(
    inTransaction(bot.pool, async ({ trx }) => {
      await appendTrail(trx, [note()])
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(await readHead(bot.db)).toEqual(before)
})

test('secrets are left out visibly, and text that no database holds is made so', async () => {
  const secrets = [
    'AKIAIOSFODNN7EXAMPLE',
    'ASIAIOSFODNN7EXAMPLE',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
    'xoxb-1234567890-abcdefghij',
    'xapp-1-A0123456789-abcdefghij',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----',
    'k8s-aws-v1.aHR0cHM6Ly9zdHM',
    'X-Amz-Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024',
  ]
  for (const secret of secrets)
    await append(note({ detail: { words: `before ${secret} after`, list: [{ key: secret }] } }))
  await append(
    note({
      detail: { secret_access_key: 'hunter2', 'session-token': ['hunter2'], apiKey: { of: 'hunter2' } },
    }),
  )
  await append(note({ detail: { password: 'hunter2', words: 'lone \ud800 and \0' } }))
  const { rows } = await bot.pool.query<{ body: string }>(
    'select body from trail_entry order by seq desc limit 10',
  )
  const text = rows.map(({ body }) => body).join('\n')
  for (const secret of [...secrets, 'hunter2']) expect(text).not.toContain(secret.split('\n')[1] ?? secret)
  expect(text.split('[left out: it looks like a secret]').length - 1).toBe(secrets.length * 2 + 4)
  expect(text).toContain('before [left out: it looks like a secret] after')
  expect(text).toContain('lone \ufffd and \u2400')
  expect(await verified()).toMatchObject({ ok: true })
})

test('the bot can only add: eleven ways to do otherwise fail', async () => {
  await append(note())
  await anchorTrail(
    bot.db,
    [{ name: 'memory', withstands: 'nothing', write: async () => 'here', read: async () => [] }],
    NOW,
  )
  const attempts = [
    "update trail_entry set body = 'x'",
    'delete from trail_entry',
    'truncate trail_entry',
    'update trail_anchor set seq = 1',
    'delete from trail_anchor',
    'delete from trail_head',
    'alter table trail_entry disable trigger all',
    'drop trigger kept on trail_entry',
    "create or replace function trail_is_kept() returns trigger language plpgsql as 'begin return old; end'",
    "set session_replication_role = 'replica'",
    "insert into trail_entry select chain, seq, at, prev, hash, 'x', null, null from trail_entry limit 1",
  ]
  for (const attempt of attempts) await expect(bot.pool.query(attempt), attempt).rejects.toThrow()
  expect(await verified()).toMatchObject({ ok: true })
})

test('neither ingest nor the reader sees any of it', async () => {
  for (const url of [database.urls.ingest, database.urls.reader]) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      for (const table of [
        'trail_entry',
        'trail_head',
        'trail_anchor',
        'proposal',
        'vote',
        'hold',
        'press',
        'draft',
      ])
        await expect(client.query(`select from ${table}`), table).rejects.toThrow(/permission denied/)
    } finally {
      await client.end()
    }
  }
})

test('who owns the database can write it anew, and a witness shows it', async () => {
  const kept: { seq: number; hash: string; chain: string; at: number }[] = []
  const sink = {
    name: 'memory',
    withstands: 'both' as const,
    write: async (anchor: (typeof kept)[number]) => `${kept.push(anchor)}`,
    read: async () => kept,
  }
  await append(note())
  await anchorTrail(bot.db, [sink], NOW, true)
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  try {
    await owner.query(
      "begin; set local session_replication_role = 'replica'; create temp table was on commit drop as select * from trail_entry",
    )
    await owner.query(
      "delete from trail_entry; update trail_head set seq = 0, hash = decode(repeat('00', 32), 'hex'); commit",
    )
  } finally {
    await owner.end()
  }
  await append(note({ act: 'denied' }))
  expect(await verified()).toMatchObject({ ok: true, entries: 1 })
  const witnesses = [{ sink: 'memory', withstands: 'both' as const, anchors: await sink.read() }]
  expect(await verifyTrail(readTrail(bot.db), witnesses, await readHead(bot.db))).toMatchObject({
    ok: false,
    firstBad: { rule: 'truncated' },
  })
})

test('eight writers, with rollbacks and killed sessions, leave one chain', async () => {
  const before = (await readHead(bot.db))?.seq ?? 0
  let kept = 0
  const killer = new pg.Client({ connectionString: database.ownerUrl })
  await killer.connect()
  const kills = setInterval(() => {
    killer
      .query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test trail' and state <> 'idle' limit 1",
      )
      .catch(() => undefined)
  }, 15)
  const writer = async (nr: number): Promise<void> => {
    for (let time = 0; time < 60; time++) {
      await inTransaction(bot.pool, async ({ trx }) => {
        await appendTrail(trx, [note({ person: `writer ${nr}` })])
        if (time % 5 === 0) throw new Error('rolled back')
      }).then(
        () => (kept += 1),
        () => undefined,
      )
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, nr) => writer(nr)))
  clearInterval(kills)
  await killer.end()
  const result = await verified()
  expect(result).toMatchObject({ ok: true })
  // A session that was killed while it committed may have done so.
  expect(result.entries).toBeGreaterThanOrEqual(before + kept)
  expect(kept).toBeGreaterThan(100)
})

test('a head that somebody else holds is said, and nothing is done', async () => {
  const holder = await bot.pool.connect()
  const waiting = open(database.urls.bot, 'test waiting', { max: 1, session: ['-c lock_timeout=50'] })
  try {
    await holder.query('begin; select from trail_head for update')
    await expect(inTransaction(waiting.pool, ({ trx }) => appendTrail(trx, [note()]))).rejects.toThrow(
      TrailUnavailable,
    )
  } finally {
    await holder.query('rollback')
    holder.release()
    await waiting.close()
  }
})

test('canonical form: writing what was read gives the same text', () => {
  const value = fc.letrec<{ value: Canonical }>((tie) => ({
    value: fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => text.toWellFormed().replaceAll('\0', '')),
      fc.maxSafeInteger().map((number) => (Object.is(number, -0) ? 0 : number)),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        fc.string().map((key) => key.toWellFormed().replaceAll('\0', '')),
        tie('value'),
        { maxKeys: 4, noNullPrototype: true },
      ),
    ),
  })).value
  fc.assert(
    fc.property(value, (one) => {
      const text = canonicalText(one)
      expect(canonicalText(JSON.parse(text) as Canonical)).toBe(text)
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['a fraction', 1.5],
  ['a large number', 2 ** 53],
  ['minus zero', -0],
  ['a lone surrogate', '\ud800'],
  ['NUL', 'a\0'],
  ['a map', new Map()],
  ['a date', new Date()],
])('canonical form refuses %s', (_, value) => {
  expect(() => canonicalText({ deep: [value as never] })).toThrow(/\/deep\/0/)
})
