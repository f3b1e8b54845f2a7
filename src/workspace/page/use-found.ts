/// <reference lib="dom" />
import { useEffect, useState } from 'preact/hooks'
import { asText, type Fields } from '../json.ts'
import { type ChoiceGroup, groupsOf, readGroups } from './choices.ts'
import type { Place } from './view.ts'

/** What a search found; `words` say why there is nothing to choose. */
export interface Found {
  readonly groups: readonly ChoiceGroup[]
  readonly words: string
}

const NOTHING: Found = { groups: [], words: '' }
/** Milliseconds of rest in typing after which the app is asked. */
const REST = 200

/** Searches the options of an element while its list is open: those of an external select come from the app. */
export function useFound(place: Place, element: Fields, query: string, isOpen: boolean): Found {
  const [found, setFound] = useState(NOTHING)
  const isExternal = asText(element['type']).includes('external')
  const shortest = Number(element['min_query_length'] ?? 3)
  const { surface, blockId } = place
  const actionId = asText(element['action_id'])
  useEffect(() => {
    if (!isOpen || !isExternal) return undefined
    if (query.length < shortest) {
      setFound({
        groups: [],
        words: `Type at least ${shortest} ${shortest === 1 ? 'character' : 'characters'}.`,
      })
      return undefined
    }
    setFound({ groups: [], words: 'Looking…' })
    let isLatest = true
    const timer = setTimeout(() => {
      void surface.options(blockId, actionId, query).then(({ outcome, words, answer }) => {
        if (!isLatest) return
        const groups = outcome === 'acked' ? readGroups(answer) : []
        setFound({ groups, words: outcome === 'acked' ? wordsFor(groups) : `⚠️ ${words}` })
      })
    }, REST)
    return () => {
      isLatest = false
      clearTimeout(timer)
    }
  }, [isOpen, isExternal, query, shortest, surface.key, blockId, actionId])
  if (isExternal) return found
  const wanted = query.toLowerCase()
  const groups = groupsOf(element, surface.view)
    .map(({ label, choices }) => ({
      label,
      choices: choices.filter((choice) => choice.label.toLowerCase().includes(wanted)),
    }))
    .filter(({ choices }) => choices.length > 0)
  return { groups, words: wordsFor(groups) }
}

function wordsFor(groups: readonly ChoiceGroup[]): string {
  return groups.some(({ choices }) => choices.length > 0) ? '' : 'Nothing matches.'
}
