/// <reference lib="dom" />
import { h, render } from 'preact'
import { createActs } from './acts.ts'
import { App } from './app.ts'
import { follow } from './connection.ts'
import { readActing } from './kept.ts'
import { followKeys } from './keyboard.ts'
import { createRefresh } from './refresh.ts'
import { Store } from './store.ts'
import { Tour } from './tour.ts'

/** Who one is on the first visit: the responder. */
const FIRST = 'UALEX'

const store = new Store(readActing() ?? FIRST)
const tour = new Tour(() => store.shown.state)
const refresh = createRefresh(store)
const acts = createActs(store, refresh, (act) => tour.noticed(act))

const root = document.getElementById('page')
if (root === null) throw new Error('the document has no place for the page')
render(h(App, { store, acts, tour }), root)
followKeys(store)
follow(
  () => void refresh(),
  (words) => store.show({ status: words }),
)
