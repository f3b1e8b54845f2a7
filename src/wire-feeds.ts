import { Clients } from './aws/clients.ts'
import { GuardDutyFeed } from './aws/guardduty-feed.ts'
import { LogsFeed } from './aws/logs-feed.ts'
import { SqsFeed } from './aws/sqs-feed.ts'
import type { FeedSettings } from './config-feeds.ts'
import { GraphWriter } from './graph/writer.ts'
import type { AbsorbDeps } from './ingest/absorb.ts'
import { ReadingFeed } from './jobs/reading-feed.ts'
import { runFeed } from './jobs/run-feed.ts'
import type { Feed } from './model/feed.ts'
import { formatScope } from './model/scope.ts'
import type { Log, Running } from './wire.ts'
import { inventoryReader } from './wire-inventory.ts'

/** Runs every feed, each by itself, until closed; then each gives back what has not landed. */
export function wireFeeds(
  deps: AbsorbDeps,
  settings: readonly FeedSettings[],
  endpoint: string | null,
  log: Log,
): Running {
  const clients = new Clients(endpoint)
  const running = settings.map((one) => {
    const feed = feedOf(clients, one)
    return runFeed({
      // A writer remembers what its one user wrote last.
      deps: { ...deps, writer: new GraphWriter(settings.length) },
      feed,
      tell(what) {
        if ('well' in what) return log.info({ feed: feed.name }, 'the feed works again')
        const { code, message, cure } = what.fault
        // Without the cause: an error of the SDK holds the whole answer.
        const how = what.goesOn ? 'does not take in all' : 'stands still'
        log.error({ fault: code, err: new Error(message) }, `the feed ${feed.name} ${how}: ${cure}`)
      },
    })
  })
  return {
    async close() {
      await Promise.all(running.map((one) => one.close()))
      await clients.close()
    },
  }
}

const now = (): number => Date.now()

/** Seconds. */
const INVENTORY_EVERY = 900

function feedOf(clients: Clients, settings: FeedSettings): Feed {
  const { name, place, allowed } = settings
  const common = { name, place, allowed }
  switch (settings.kind) {
    case 'sqs': {
      const { url, given, regions, visibility, flowFormat } = settings
      return new SqsFeed(clients, {
        ...common,
        url,
        given,
        regions,
        ...(visibility !== null && { visibility }),
        ...(flowFormat !== undefined && { flowFormat }),
      })
    }
    case 'guardduty': {
      const { every } = settings
      return new GuardDutyFeed(clients, { ...common, now, ...(every !== null && { pause: every * 1000 }) })
    }
    case 'logs': {
      const { every, since, logGroup, given } = settings
      return new LogsFeed(clients, {
        ...common,
        now,
        logGroup,
        given,
        ...(every !== null && { pause: every * 1000 }),
        ...(since !== null && { since: since * 1000 }),
      })
    }
    case 'inventory': {
      const { every, given } = settings
      return new ReadingFeed({
        name,
        allowed,
        given,
        from: `inventory://${formatScope(given)}`,
        pause: (every ?? INVENTORY_EVERY) * 1000,
        read: inventoryReader(clients, settings, now),
      })
    }
  }
}
