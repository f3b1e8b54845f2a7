import type { Micros } from '../src/model/time.ts'
import type { FeedTrouble, OpsView } from '../src/model/views.ts'
import { assertFits } from './assert-fits.ts'
import { blockId } from './ids.ts'
import { fit, LIMITS } from './limits.ts'
import type { Message } from './message.ts'
import { context, present } from './parts.ts'
import { type Line, linesLength, richText, say, warning } from './rich.ts'
import { code, counted, plain } from './safe.ts'
import { clock } from './times.ts'

/** Characters of all lines. */
const BUDGET = 6_000
const WELL = 20

/** Tells who runs Firebreak what is wrong with its feeds, each with what to do, and which work again. */
export function opsMessage({ troubles, well }: OpsView, { now }: { readonly now: Micros }): Message {
  const lines = troubles.map((trouble) => troubleLines(trouble, now))
  const shown = fit(lines, linesLength, BUDGET, 200)
  const rest = troubles.length - shown.length
  const named = well.slice(0, WELL).map((name): Line => [say('✓ Feed '), code(name), say(' works again.')])
  return assertFits({
    text: plain(push(troubles.length, well.length), LIMITS.pushText),
    blocks: present([
      richText(blockId('ops', 'feeds'), [
        ...shown.flat(),
        ...(rest > 0 ? [[say(`… ${counted(rest, 'more feed')} with a fault.`)]] : []),
        ...named,
        ...(well.length > WELL ? [[say(`… ${counted(well.length - WELL, 'more feed')} work again.`)]] : []),
      ]),
      context(blockId('ops', 'context'), [
        'said once, and once more when it is over',
        'firebreak doctor shows all feeds',
      ]),
    ]),
  })
}

function troubleLines({ feed, code: name, since, words, cure }: FeedTrouble, now: Micros): readonly Line[] {
  return [
    warning([
      say('Feed '),
      code(feed),
      say(` has a fault since ${clock(since, now)} (${name}): `),
      code(words, 400),
    ]),
    [say(`What to do: ${cure}`)],
  ]
}

function push(troubles: number, well: number): string {
  if (troubles === 0) return well === 1 ? '1 feed works again' : `${counted(well, 'feed')} work again`
  const [feeds, have] = troubles === 1 ? ['1 feed', 'has'] : [counted(troubles, 'feed'), 'have']
  return `Firebreak: ${feeds} ${have} a fault; answers may miss what came since`
}
