/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, h } from 'preact'
import { useRef } from 'preact/hooks'
import { asText, type Fields } from '../json.ts'
import { drawBlocks } from './blocks.ts'
import { useFocusKept } from './focus.ts'
import { Held } from './held.ts'
import { viewSurface } from './surface.ts'
import { Undrawable } from './undrawable.ts'
import type { View } from './view.ts'

interface Props {
  readonly home: Fields | null
  readonly view: View
}

/** App Home, as the app drew it for this person. */
export function Home({ home, view }: Props): ComponentChild {
  const box = useRef<HTMLElement>(null)
  useFocusKept(box)
  const inside =
    home === null
      ? html`<p class="empty">Firebreak has not drawn its Home yet.</p>`
      : h(Undrawable, { of: home }, h(HomeBlocks, { key: asText(home['id']), home, view }))
  return html`<div class="home" ref=${box} role="region" aria-label="Home" tabindex="0">${inside}</div>`
}

function HomeBlocks({ home, view }: { readonly home: Fields; readonly view: View }): ComponentChild {
  const held = useRef(new Held())
  const surface = viewSurface(home, view, held.current, {}, () => undefined)
  return html`<div>${drawBlocks(home['blocks'], { ...surface, isModal: false })}</div>`
}
