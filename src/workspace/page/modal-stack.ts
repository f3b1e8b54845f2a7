/// <reference lib="dom" />
import { type ComponentChild, h } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { asText, type Fields } from '../json.ts'
import type { Acts } from './acts.ts'
import { focusPane, rememberFocus } from './focus.ts'
import { Held } from './held.ts'
import { Modal } from './modal.ts'
import type { View } from './view.ts'

interface Props {
  /** The open modals, the top one last. */
  readonly views: readonly Fields[]
  readonly view: View
  readonly acts: Acts
}

/** Shows the top modal. Those below keep what was typed; after the last one the focus goes back to what opened the first. */
export function ModalStack({ views, view, acts }: Props): ComponentChild {
  const held = useRef(new Map<string, Held>())
  const giveBack = useRef<(() => void) | null>(null)
  const isOpen = views.length > 0
  // While drawing, the focus is still where the modal was opened.
  if (isOpen) giveBack.current ??= rememberFocus()
  useEffect(() => {
    if (isOpen || giveBack.current === null) return
    giveBack.current()
    // After a reload nothing on the page has opened it.
    focusPane('#channel-title')
    giveBack.current = null
  }, [isOpen])
  const ids = views.map(({ id }) => asText(id))
  for (const id of held.current.keys()) if (!ids.includes(id)) held.current.delete(id)
  const top = views.at(-1)
  if (top === undefined) return null
  const id = asText(top['id'])
  const own = held.current.get(id) ?? new Held()
  held.current.set(id, own)
  return h(Modal, { key: id, open: top, isPushed: views.length > 1, held: own, view, acts })
}
