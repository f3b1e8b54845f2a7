import { asFields, asList, asText, type Fields } from '../json.ts'

export interface PagePerson {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly isBot: boolean
}

export interface PageChannel {
  readonly id: string
  readonly name: string
}

/** A group of people that can be mentioned. */
export interface PageGroup {
  readonly id: string
  readonly handle: string
}

/** A shortcut of the app: in the menu of a message, or in that of the composer. */
export interface Shortcut {
  readonly callbackId: string
  readonly name: string
  readonly kind: 'global' | 'message'
}

/** What a newcomer may try next, and what shows where: a button's label, the start of a command, a person's id or role. */
export interface Hint {
  readonly id: string
  readonly text: string
  readonly shows: { readonly button?: string; readonly command?: string; readonly person?: string }
}

/** The scenario that plays; `at` and `length` in seconds. */
export interface Play {
  readonly name: string
  readonly state: 'playing' | 'paused' | 'done' | 'stopped'
  readonly at: number
  readonly length: number
  readonly hints: readonly Hint[]
}

/** What the server says to the person who looks at a channel. `now` in milliseconds since 1970. */
export interface PageState {
  readonly team: string
  readonly now: number
  readonly people: readonly PagePerson[]
  readonly channels: readonly PageChannel[]
  readonly groups: readonly PageGroup[]
  /** How many messages each channel shows, by its id. */
  readonly counts: { readonly [channelId: string]: number }
  readonly channel: { readonly id: string; readonly name: string }
  readonly messages: readonly Fields[]
  readonly older: boolean
  readonly ephemerals: readonly Fields[]
  /** The stack of open modals, the top one last. */
  readonly views: readonly Fields[]
  readonly home: Fields | null
  readonly commands: readonly string[]
  readonly shortcuts: readonly Shortcut[]
  readonly play: Play | null
}

/** A thread, its parent first. */
export interface Thread {
  readonly messages: readonly Fields[]
  readonly older: boolean
}

/** Reads the answer of `state`. Throws when it is not what the page can draw. */
export function readState(given: Fields): PageState {
  const channel = asFields(given['channel'])
  if (channel === null || !Array.isArray(given['messages'])) throw new Error('the state has no messages')
  const app = asFields(given['app']) ?? {}
  return {
    team: asText(asFields(given['team'])?.['id']),
    now: Number(given['now']),
    people: objects(given['people']).map((person) => ({
      id: asText(person['id']),
      name: asText(person['name']),
      role: asText(person['role']),
      isBot: person['isBot'] === true,
    })),
    channels: objects(given['channels']).map(({ id, name }) => ({ id: asText(id), name: asText(name) })),
    groups: objects(given['groups']).map(({ id, handle }) => ({ id: asText(id), handle: asText(handle) })),
    counts: Object.fromEntries(
      objects(given['channels']).map(({ id, count }) => [asText(id), Number(count ?? 0)]),
    ),
    channel: { id: asText(channel['id']), name: asText(channel['name']) },
    messages: objects(given['messages']),
    older: given['older'] === true,
    ephemerals: objects(given['ephemerals']),
    views: objects(given['views']),
    home: asFields(given['home']),
    commands: asList(app['commands']).map((command) => asText(command)),
    shortcuts: objects(app['shortcuts']).map((shortcut) => ({
      callbackId: asText(shortcut['callbackId']),
      name: asText(shortcut['name']),
      kind: shortcut['kind'] === 'message' ? 'message' : 'global',
    })),
    play: readPlay(asFields(given['play'])),
  }
}

/** Reads the answer of `thread`. */
export function readThread(given: Fields): Thread {
  return { messages: objects(given['messages']), older: given['older'] === true }
}

/** The objects of a list; what is none is left out. */
export function objects(list: unknown): readonly Fields[] {
  return asList(list)
    .map(asFields)
    .filter((fields) => fields !== null)
}

function readPlay(play: Fields | null): Play | null {
  if (play === null) return null
  const { state } = play
  return {
    name: asText(play['name']),
    state: state === 'playing' || state === 'paused' || state === 'stopped' ? state : 'done',
    at: Number(play['at'] ?? 0),
    length: Number(play['length'] ?? 0),
    hints: objects(play['hints']).map((hint) => ({
      id: asText(hint['id']),
      text: asText(hint['text']),
      shows: readShows(asFields(hint['shows']) ?? {}),
    })),
  }
}

function readShows({ button, command, person }: Fields): Hint['shows'] {
  return {
    ...(typeof button === 'string' && { button }),
    ...(typeof command === 'string' && { command }),
    ...(typeof person === 'string' && { person }),
  }
}
