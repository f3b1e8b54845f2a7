import type { Hint } from '../scenario.ts'
import type { Cast } from './cast.ts'

/** What to try, in order; each names what to press or type. */
export function hintsOf(cast: Cast): readonly Hint[] {
  const command = `/ip ${cast.network}`
  return [
    {
      id: 'secrets',
      text: 'A finding arrived. Press Secrets accessed.',
      shows: { button: 'Secrets accessed' },
    },
    {
      id: 'who-else',
      text: 'Who else came from there? Press IP.',
      shows: { button: 'IP' },
    },
    {
      id: 'neighbours',
      text: `Attackers have neighbours. Type ${command}.`,
      shows: { command },
    },
    {
      id: 'share',
      text: 'You alone see that answer. Press Share to channel.',
      shows: { button: 'Share to channel' },
    },
    {
      id: 'guest',
      text: 'Act as Guest and press a question: it is refused.',
      shows: { person: 'Guest (other workspace)', button: 'Secrets accessed' },
    },
  ]
}
