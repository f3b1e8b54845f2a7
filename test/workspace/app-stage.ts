import type { App } from '@slack/bolt'
import type { View } from '@slack/types'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { WorkspaceOptions } from '../../src/workspace/index.ts'
import { startBolt, stopBolt } from './apps.ts'
import { openModal, top } from './modal-parts.ts'
import { type Stage, setStage } from './stage.ts'

/** A workspace for the tests of one file, and the app that each of them starts. */
export interface AppStage {
  readonly stage: Stage
  /** The app of this test; null before it is started. */
  readonly app: App | null
  /** Starts the unmodified Bolt app. */
  start(listen: (app: App) => void): Promise<App>
  /** Starts it with a command that opens this modal, and opens it. */
  open(view: View, listen: (app: App) => void, person?: string): Promise<App>
  stop(): Promise<void>
}

/** Registers the hooks of a file: a workspace, no modal left open before a test, and its app stopped after it. */
export function appStage(options: Partial<WorkspaceOptions> = {}): AppStage {
  let stage: Stage
  let app: App | null = null
  beforeAll(async () => {
    stage = await setStage({ ackWithin: 500, ...options })
  })
  beforeEach(async () => {
    await stage.workspace.dismiss({ userId: 'UALEX', viewId: top(stage), all: true })
  })
  const stop = async (): Promise<void> => {
    await stopBolt(app)
    app = null
  }
  afterEach(stop)
  afterAll(() => stage.close())
  return {
    get stage() {
      return stage
    },
    get app() {
      return app
    },
    async start(listen) {
      app = await startBolt(stage, listen)
      return app
    },
    async open(view, listen, person) {
      app = await openModal(stage, view, listen, person)
      return app
    },
    stop,
  }
}
