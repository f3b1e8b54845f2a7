import { get } from './json.ts'
import { namesNothing } from './message.ts'
import type { Source } from './source.ts'

/** What S3 sends once, when a notification is set up, and notifications of which nothing is to be read. */
export const s3Notice: Source = {
  name: 's3-notice',
  containerKeys: [],
  recognise: (value) => isTest(get(value, 'Event')) || namesNothing(value),
  parse: (value) => ({
    kind: 'ignored',
    class: isTest(get(value, 'Event')) ? 's3-test-event' : 's3-notification',
  }),
}

function isTest(event: unknown): boolean {
  return event === 's3:TestEvent'
}
