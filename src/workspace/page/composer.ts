/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, h } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { Acts } from './acts.ts'
import { Menu } from './menu.ts'
import type { PageState, Shortcut } from './state.ts'
import { drawFailure } from './use-send.ts'
import type { View } from './view.ts'

interface Props {
  readonly state: PageState
  readonly view: View
  readonly acts: Acts
  /** What each person typed in each channel and did not send. */
  readonly drafts: Map<string, string>
}

/** Where commands are typed; a shortcut that is not about a message is in its menu. */
export function Composer({ state, view, acts, drafts }: Props): ComponentChild {
  const { channel, commands } = state
  const draftKey = `${view.acting} ${channel.id}`
  const example = state.play?.hints.find(({ shows }) => shows.command !== undefined)?.shows.command
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [words, setWords] = useState('')
  const isSending = useRef(false)

  const during = async (act: () => Promise<{ outcome: string; words: string }>): Promise<boolean> => {
    if (isSending.current) return false
    isSending.current = true
    setBusy(true)
    setWords('')
    const { outcome, words: told } = await act()
    isSending.current = false
    setBusy(false)
    if (outcome !== 'acked') setWords(told || 'Nothing happened.')
    return outcome === 'acked'
  }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const text = input.current?.value.trim() ?? ''
    if (text === '') return
    const isAcked = await during(() => acts.command(text))
    // What was typed while the command was on its way is kept; what was sent is not, also when another channel is on show.
    if (isAcked && drafts.get(draftKey)?.trim() === text) drafts.delete(draftKey)
    if (isAcked && input.current?.value.trim() === text) input.current.value = ''
    input.current?.focus()
  }
  const keepDraft = (event: Event): void => {
    drafts.set(draftKey, (event.currentTarget as HTMLInputElement).value)
  }
  const items = state.shortcuts
    .filter(({ kind }) => kind === 'global')
    .map((shortcut: Shortcut) => ({
      label: shortcut.name,
      choose: () => void during(() => acts.shortcut(shortcut)),
    }))
  return html`<form class="composer" autocomplete="off" onSubmit=${(event: Event) => void submit(event)}>
    <div class="line">
      ${items.length === 0 ? null : h(Menu, { label: 'Shortcuts', sign: '+', items, focusKey: 'shortcuts' })}
      <input
        id="command"
        type="text"
        aria-label=${`Command in #${channel.name}`}
        placeholder=${example ?? '/ip 203.0.113.9'}
        spellcheck=${false}
        list="commands"
        ref=${input}
        defaultValue=${drafts.get(draftKey) ?? ''}
        onInput=${keepDraft}
      />
      <datalist id="commands">${commands.map((command) => html`<option value=${command}></option>`)}</datalist>
      <button type="submit" class="button primary filled" aria-busy=${isBusy ? 'true' : undefined}>Send</button>
    </div>
    <p class="under">
      <span class="acting">Acting as ${view.nameOf(view.acting)}</span>
      ${drawFailure(words)}
    </p>
  </form>`
}
