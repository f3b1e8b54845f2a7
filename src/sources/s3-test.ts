import { get } from './json.ts'
import type { Source } from './source.ts'

/** What S3 sends once, when a notification is set up. */
export const s3Test: Source = {
  name: 's3-test',
  containerKeys: [],
  recognise: (value) => get(value, 'Event') === 's3:TestEvent',
  parse: () => ({ kind: 'ignored', class: 's3-test-event' }),
}
