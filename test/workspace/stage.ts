import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { openPool } from '../../src/db/open.ts'
import {
  seedWorkspace,
  startWorkspace,
  type Tokens,
  type Workspace,
  type WorkspaceOptions,
} from '../../src/workspace/index.ts'
import type { Exchange } from '../../src/workspace/wire.ts'
import { freshDatabase } from '../helpers/database.ts'

/** A workspace on a database of its own. */
export interface Stage {
  readonly workspace: Workspace
  readonly tokens: Tokens
  readonly pool: pg.Pool
  /** Calls the Web API with the bot's token, or with another. */
  call(method: string, args?: object, token?: string): Promise<Answer>
  /** Asks the control API with its token. What is no JSON is told as `text`. */
  control(method: string, path: string, body?: object): Promise<Controlled>
  /** What passed between Slack and the app, oldest first. */
  wire(): Promise<readonly Exchange[]>
  /** Closes the workspace and starts one on the same database. */
  restart(): Promise<Workspace>
  close(): Promise<void>
}

export interface Answer {
  readonly ok: boolean
  readonly error?: string
  readonly [name: string]: unknown
}

export interface Controlled {
  readonly status: number
  readonly told: { readonly [name: string]: unknown }
}

/** Builds a stage; `options` go to startWorkspace. */
export async function setStage(options: Partial<WorkspaceOptions> = {}): Promise<Stage> {
  const database = await freshDatabase()
  const pool = openPool(database.urls.workspace, 'test workspace', 5)
  await seedWorkspace(pool)
  const token = (): string => randomBytes(12).toString('hex')
  const tokens = {
    pageToken: token(),
    botToken: `xoxb-sim-${token()}`,
    appToken: `xapp-sim-${token()}`,
    signingSecret: token(),
    controlToken: token(),
  }
  const start = (): Promise<Workspace> => startWorkspace({ pool, port: 0, tokens, ...options })
  let workspace = await start()
  return {
    get workspace() {
      return workspace
    },
    tokens,
    pool,
    call: async (method, args = {}, bearer = tokens.botToken) => {
      const response = await fetch(`${workspace.apiUrl}${method}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(bearer !== '' && { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(args),
      })
      return (await response.json()) as Answer
    },
    control: async (method, path, body) => {
      const response = await fetch(`${workspace.controlUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${tokens.controlToken}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json')
      return { status: response.status, told: isJson ? (JSON.parse(text) as Controlled['told']) : { text } }
    },
    wire: async () => {
      const response = await fetch(`${workspace.url}wire`)
      return ((await response.json()) as { exchanges: Exchange[] }).exchanges
    },
    restart: async () => {
      await workspace.close()
      workspace = await start()
      return workspace
    },
    close: async () => {
      await workspace.close()
      await pool.end()
      await database.drop()
    },
  }
}

/** A plain section. */
export function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text } }
}

/** A row with one button. */
export function button(actionId: string, more: object = {}): object {
  const text = { type: 'plain_text', text: actionId }
  return { type: 'actions', elements: [{ type: 'button', action_id: actionId, text, ...more }] }
}
