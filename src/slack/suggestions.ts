import type { PlainTextOption } from '@slack/types'
import { entityOption } from '../../blocks/ask-modal.ts'
import type { IncidentAbout } from '../incidents/about.ts'
import type { Graph } from '../lookups/lookup.ts'
import { suggestEntities } from '../lookups/suggest.ts'

/** Slack takes so many options. */
const MOST_OPTIONS = 100
/** Entities of one kind that are suggested. */
const OF_A_KIND = 10

/** What an incident may be asked about: its own entities first, then what the graph knows of its cluster. */
export async function suggestions(
  graph: Graph,
  about: IncidentAbout,
  typed: string,
): Promise<PlainTextOption[]> {
  const text = typed.replaceAll('\0', '').trim()
  const wanted = text.toLowerCase()
  const own = about.entities.filter(({ kind, key }) => `${kind}:${key}`.toLowerCase().includes(wanted))
  const found = await suggestEntities(graph, text, about.scope, OF_A_KIND)
  const options = new Map<string, PlainTextOption>()
  for (const entity of [...own, ...found]) {
    const option = entityOption(entity)
    if (option?.value !== undefined && !options.has(option.value)) options.set(option.value, option)
  }
  return [...options.values()].slice(0, MOST_OPTIONS)
}
