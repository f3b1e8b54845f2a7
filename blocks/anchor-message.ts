import type { Anchor } from '../src/model/anchor.ts'
import type { Micros } from '../src/model/time.ts'
import { assertFits } from './assert-fits.ts'
import { blockId } from './ids.ts'
import type { Message } from './message.ts'
import { present } from './parts.ts'
import { richText, say } from './rich.ts'
import { code } from './safe.ts'
import { clock } from './times.ts'

/** An anchor in the audit channel; its text is read back, so that it holds the whole hash. */
export function anchorMessage({ chain, seq, hash, at }: Anchor): Message {
  return assertFits({
    text: `Anchor · ${chain} #${seq} · ${hash}`,
    blocks: present([
      richText(blockId('anchor', `entry-${seq}`), [
        [
          say(`Anchor · ${chain} #${seq} · `),
          code(`${hash.slice(0, 4)}…${hash.slice(-2)}`),
          say(` · ${clock(at, at)}`),
        ],
      ]),
    ]),
  })
}

/** The anchor of a message's text; null where it is none. */
export function readAnchorText(text: string, at: Micros): Anchor | null {
  const [, chain, seq, hash] = /^Anchor · (\S{1,100}) #(\d{1,15}) · ([0-9a-f]{64})$/.exec(text) ?? []
  if (chain === undefined || seq === undefined || hash === undefined) return null
  return { chain, seq: Number(seq), hash, at: Math.round(at) }
}
