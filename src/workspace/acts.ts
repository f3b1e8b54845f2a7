import { type Command, sendCommand } from './command.ts'
import type { Dispatched } from './interactions.ts'
import type { Fields } from './json.ts'
import { askOptions, type Offered, type OptionsQuery } from './options.ts'
import { type Press, sendPress } from './press.ts'
import type { Room } from './room.ts'
import { type ShortcutChoice, sendShortcut } from './shortcuts.ts'
import { type GroupChange, setGroupMembers } from './usergroups.ts'
import { sendViewPress, type ViewPress } from './views/act.ts'
import { type Dismissal, dismissView } from './views/dismiss.ts'
import { type HomeVisit, openHome } from './views/home.ts'
import { type Submission, submitView } from './views/submit.ts'
import { tellFilledView } from './views/tell.ts'

/** What people do in the workspace. */
export interface Acts {
  /** Presses a button or chooses in a select or menu of a message or view. */
  press(press: Press | ViewPress): Promise<Dispatched>
  /** Sends a slash command. */
  command(command: Command): Promise<Dispatched>
  /** Types into an external select; what the app offers can be chosen afterwards. */
  options(query: OptionsQuery): Promise<Offered>
  /** Submits the modal on top. */
  submit(submission: Submission): Promise<Dispatched>
  /** Closes the modal on top, or all. */
  dismiss(dismissal: Dismissal): Promise<Dispatched>
  /** Opens App Home, or the messages with the app. */
  openHome(visit: HomeVisit): Promise<Dispatched>
  /** Chooses a shortcut. */
  shortcut(choice: ShortcutChoice): Promise<Dispatched>
  /** Makes these people the members of a user group. */
  setGroupMembers(change: GroupChange): Promise<Dispatched>
  /** The person's modals, the top one last. */
  views(userId: string): readonly Fields[]
  /** The person's App Home; null before the app published one. */
  home(userId: string): Fields | null
}

/** The acts of people in this room. */
export function actsIn(room: Room): Acts {
  return {
    press: (press) => ('viewId' in press ? sendViewPress(room, press) : sendPress(room, press)),
    command: (command) => sendCommand(room, command),
    options: (query) => askOptions(room, query),
    submit: (submission) => submitView(room, submission),
    dismiss: (dismissal) => dismissView(room, dismissal),
    openHome: (visit) => openHome(room, visit),
    shortcut: (choice) => sendShortcut(room, choice),
    setGroupMembers: (change) => setGroupMembers(room, change),
    views: (userId) => room.views.stack(userId).map((open) => tellFilledView(room, open)),
    home: (userId) => {
      const home = room.views.home(userId)
      return home === null ? null : tellFilledView(room, home)
    },
  }
}
