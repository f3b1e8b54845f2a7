import type { App } from '@slack/bolt'
import type { View } from '@slack/types'
import { expect } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { startBolt } from './apps.ts'
import type { Stage } from './stage.ts'

export const plain = (text: string): object => ({ type: 'plain_text', text })

/** An input for words, or for what `element` says. */
export const reason = (more: object = {}, element: object = {}): object => ({
  type: 'input',
  block_id: 'reason',
  label: plain('Reason'),
  element: { type: 'plain_text_input', action_id: 'words', ...element },
  ...more,
})

/** A modal with the callback_id `contain`. */
export const modal = (blocks: readonly object[], more: object = {}): View =>
  ({
    type: 'modal',
    callback_id: 'contain',
    title: plain('Contain'),
    submit: plain('Propose'),
    blocks,
    ...more,
  }) as unknown as View

/** The id of the modal that stands on top for this person. */
export const top = (stage: Stage, person = 'UALEX'): string =>
  String(stage.workspace.views(person).at(-1)?.['id'])

/** Starts a Bolt app whose command /contain opens this modal, and opens it. */
export async function openModal(
  stage: Stage,
  view: View,
  listen: (app: App) => void,
  userId = 'UALEX',
): Promise<App> {
  const started = await startBolt(stage, (app) => {
    app.command('/contain', async ({ ack, body, client }) => {
      await ack()
      await client.views.open({ trigger_id: body.trigger_id, view })
    })
    listen(app)
  })
  await stage.workspace.command({ channel: INCIDENTS_CHANNEL, userId, text: '/contain pod' })
  await expect.poll(() => stage.workspace.views(userId).length).toBe(1)
  return started
}
