import { asFields } from '../json.ts'
import { SlackRefusal } from '../refusal.ts'
import type { Room } from '../room.ts'
import { INVALID_FILE } from '../validate/pictures.ts'
import { isPicture } from './kinds.ts'
import { findFile } from './store.ts'
import { isReady, privateUrls } from './tell.ts'

/** Where blocks show a file of the workspace, and how they name it. */
interface Use {
  readonly at: string
  readonly id: unknown
  readonly url: unknown
}

/** Refuses blocks that show a file which is not there, is no picture, or was not read by Slack yet. */
export async function assertFiles(room: Room, blocks: unknown, at: string): Promise<void> {
  const wrong: Use[] = []
  for (const use of usesIn(blocks, at)) if (!(await canShow(room, use))) wrong.push(use)
  refuseUses(wrong)
}

/** Refuses blocks that show any file of the workspace, as a response_url does. */
export function refuseFiles(blocks: unknown, at: string): void {
  refuseUses(usesIn(blocks, at))
}

function refuseUses(uses: readonly Use[]): void {
  if (uses.length === 0) return
  throw new SlackRefusal(
    'invalid_blocks',
    uses.map((use) => `${INVALID_FILE} [json-pointer:${use.at}]`),
  )
}

function usesIn(value: unknown, at: string): readonly Use[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => usesIn(entry, `${at}/${index}`))
  return Object.entries(asFields(value) ?? {}).flatMap(([name, held]) => {
    const file = name === 'slack_file' ? asFields(held) : null
    if (file === null) return usesIn(held, `${at}/${name}`)
    return [{ at: `${at}/${name}`, id: file['id'], url: file['url'] }]
  })
}

async function canShow(room: Room, { id, url }: Use): Promise<boolean> {
  const [, fromUrl] = /\/(F[A-Z0-9]+)\/[^/]*$/.exec(typeof url === 'string' ? url : '') ?? []
  const file = await findFile(room.pool, typeof id === 'string' ? id : (fromUrl ?? ''))
  if (file === null || !isReady(room, file) || !isPicture(file.mimetype)) return false
  return typeof id === 'string' || Object.values(privateUrls(room, file)).includes(String(url))
}
