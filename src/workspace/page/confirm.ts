/// <reference lib="dom" />
import type { Fields } from '../json.ts'
import { el } from './dom.ts'
import { drawText, plainText } from './draw-inline.ts'
import type { View } from './view.ts'

/** Shows the confirm dialog of an element; resolves to whether the person agreed. */
export function askFirst(confirm: Fields, view: View): Promise<boolean> {
  const title = plainText(confirm['title']) || 'Are you sure?'
  const heading = el('h2', { id: 'confirm-title' }, title)
  const yes = el('button', { type: 'submit', value: 'yes' }, plainText(confirm['confirm']) || 'Yes')
  yes.className = confirm['style'] === 'danger' ? 'danger' : 'primary'
  const no = el(
    'button',
    { type: 'submit', value: 'no', autofocus: '' },
    plainText(confirm['deny']) || 'Cancel',
  )
  const form = el('form', { method: 'dialog' }, el('p', { class: 'elements' }, no, yes))
  const text = el('p', {}, drawText(confirm['text'], view))
  const dialog = el('dialog', { 'aria-labelledby': 'confirm-title' }, heading, text, form)
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
  })
}
