import type { Sentence } from '../model/answer.ts'
import type { Totals } from '../model/observation.ts'
import { isExposed, type SecretRow, secretName } from './secret-reads.ts'
import { count, sumOf } from './wording.ts'

/** What the sentence about exposed secrets is made of. */
export interface SecretFacts {
  readonly who: Sentence
  readonly rows: readonly SecretRow[]
  readonly totals: Totals
  /** The window counted, in words. */
  readonly span: string
  /** True when there are more rows than were read. */
  readonly more: boolean
}

/** What a subject or an address has seen; null without a request on secrets. */
export function exposureWords({ who, rows, totals, span, more }: SecretFacts): Sentence | null {
  if (rows.length === 0) return null
  const exposed = rows.filter(isExposed)
  if (exposed.length === 0) {
    return [
      ...who,
      `: ${count(sumOf(totals), 'call')} on secrets, ${span}, none of which shows a value: nothing exposed.`,
    ]
  }
  const names = new Set(exposed.filter((row) => row.name !== '').map(secretName))
  const byName = new Set(exposed.filter((row) => row.name !== '' && row.how !== 'listed').map(secretName))
  const listed = new Set(
    exposed.filter((row) => row.how === 'listed' && row.name === '').map((row) => row.namespace),
  )
  const unnamed = new Set(
    exposed.filter((row) => row.how === 'written' && row.name === '').map((row) => row.namespace),
  )
  const atLeast = more ? 'At least ' : ''
  if (names.size === 0 && listed.size === 0) {
    return [
      'Secrets were written by ',
      ...who,
      ' in ',
      ...placesIn(unnamed),
      `, ${span}, under names that the logs do not tell. Rotate what was written there.`,
    ]
  }
  if (names.size === 0) {
    return [
      'Every secret in ',
      ...placesIn(listed),
      ' is exposed to ',
      ...who,
      ` by listing, ${span}; the logs do not name them. Rotate them all.`,
    ]
  }
  const verb = names.size === 1 ? 'is' : 'are'
  if (listed.size === 0) {
    return [
      `${atLeast}${count(names.size, 'secret')} ${verb} exposed by name to `,
      ...who,
      `, ${span}. Rotate ${names.size === 1 ? 'it' : 'them all'}.`,
    ]
  }
  const byList = names.size - byName.size
  const others = 'A list shows no names, so any other secret there counts too. Rotate them all.'
  if (byList === 0) {
    return [
      `${atLeast}${count(names.size, 'secret')} ${verb} exposed by name to `,
      ...who,
      ', and ',
      ...placesIn(listed),
      ` ${listed.size === 1 && !listed.has('') ? 'was' : 'were'} listed, ${span}. ${others}`,
    ]
  }
  return [
    `${atLeast}${count(names.size, 'known secret')} ${verb} exposed to `,
    ...who,
    `: ${byName.size.toLocaleString('en-US')} by name, ${byList.toLocaleString('en-US')} by listing `,
    ...placesIn(listed),
    `, ${span}. ${others}`,
  ]
}

/** Who has seen one secret; null without a request on it. */
export function readerWords({ who, rows, totals, span }: SecretFacts): Sentence | null {
  if (rows.length === 0) return null
  const exposed = rows.filter(isExposed)
  if (exposed.length === 0) {
    return [...who, `: ${count(sumOf(totals), 'call')}, ${span}, none of which shows its value: not exposed.`]
  }
  const readers = new Set(exposed.map((row) => row.subject))
  return [
    ...who,
    ` was shown to ${count(readers.size, 'subject')}, ${span}. Rotate it unless each of them is expected.`,
  ]
}

/** A secret that nobody reached by name, in a namespace that was listed. */
export function listedOnlyWords({ who, rows, span }: SecretFacts): Sentence {
  const readers = new Set(rows.filter(isExposed).map((row) => row.subject))
  return [
    'Nobody reached ',
    ...who,
    ` by name, but ${count(readers.size, 'subject')} listed the secrets around it, ${span}, and a list shows all values. If it exists, it is exposed: rotate it.`,
  ]
}

/** Up to three namespaces; '' is all of them. */
function placesIn(namespaces: ReadonlySet<string>): Sentence {
  if (namespaces.has('')) return ['all namespaces']
  const list = [...namespaces]
  const shown = list.slice(0, 3).flatMap((namespace, at) => [at === 0 ? '' : ', ', { code: namespace }])
  return list.length > 3 ? [...shown, ` and ${count(list.length - 3, 'namespace')} more`] : shown
}
