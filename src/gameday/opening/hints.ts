import type { Hint } from '../scenario.ts'
import type { Cast } from './cast.ts'

/** What to try, in order; each names what to press or type. */
export function hintsOf(cast: Cast): readonly Hint[] {
  const command = `/ip ${cast.network}`
  return [
    {
      id: 'secrets',
      text: 'Strangers may read this cluster. Press Secrets accessed on the card to see what must be rotated.',
      shows: { button: 'Secrets accessed' },
    },
    {
      id: 'who-else',
      text: 'An address can hide behind more than one name. Press IP to see who else came from it.',
      shows: { button: 'IP' },
    },
    {
      id: 'neighbours',
      text: `Attackers rarely use one address. Type ${command} to ask about its neighbours.`,
      shows: { command },
    },
    {
      id: 'share',
      text: 'What you type is answered to you alone. Press Share to channel when the team has to see it.',
      shows: { button: 'Share to channel' },
    },
    {
      id: 'guest',
      text: 'Act as Guest and press Secrets accessed. A person of another workspace is refused.',
      shows: { person: 'Guest' },
    },
  ]
}
