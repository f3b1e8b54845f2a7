import { asFields, asList, asText, type Fields } from '../json.ts'
import { objects } from './state.ts'
import { plainText } from './text.ts'
import type { View } from './view.ts'

/** One thing to choose. */
export interface Choice {
  readonly value: string
  readonly label: string
  /** '' when it says no more. */
  readonly description: string
}

/** Choices under one label; '' when they have none. */
export interface ChoiceGroup {
  readonly label: string
  readonly choices: readonly Choice[]
}

/** What an element of Slack's lets choose from: its options, or the people or channels of the workspace. */
export function groupsOf(element: Fields, view: View): readonly ChoiceGroup[] {
  const type = asText(element['type'])
  if (type.endsWith('users_select')) return [{ label: '', choices: peopleOf(view) }]
  if (type.endsWith('channels_select')) return [{ label: '', choices: channelsOf(view) }]
  if (type.endsWith('conversations_select'))
    return [
      { label: 'Channels', choices: channelsOf(view) },
      { label: 'People', choices: peopleOf(view) },
    ]
  return readGroups(element)
}

/** Reads `options` and `option_groups`, of an element or of an app's answer. */
export function readGroups(given: Fields): readonly ChoiceGroup[] {
  const groups = objects(given['option_groups']).map((group) => ({
    label: plainText(group['label']),
    choices: asList(group['options']).map(readChoice),
  }))
  const options = asList(given['options']).map(readChoice)
  return options.length === 0 ? groups : [{ label: '', choices: options }, ...groups]
}

/** Reads an option. */
export function readChoice(option: unknown): Choice {
  const fields = asFields(option) ?? {}
  return {
    value: asText(fields['value']),
    label: plainText(fields['text']),
    description: plainText(fields['description']),
  }
}

/** All choices of the groups in one list. */
export function flatten(groups: readonly ChoiceGroup[]): readonly Choice[] {
  return groups.flatMap(({ choices }) => choices)
}

function peopleOf(view: View): readonly Choice[] {
  return view.people
    .filter(({ isBot }) => !isBot)
    .map(({ id, role }) => ({ value: id, label: role, description: '' }))
}

function channelsOf(view: View): readonly Choice[] {
  return view.channels.map(({ id, name }) => ({ value: id, label: `#${name}`, description: '' }))
}
