import { walk } from './slack-limits.ts'

const MADE_BY_US = /^(?:asked|shared) (?:by <@[UW][A-Z0-9]+> )?[0-9A-Za-z: ]+ UTC$/
const OURS: ReadonlySet<string> = new Set(['UADA', 'UMO', 'UKIM', 'USAM'])
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** Everything in a message that Slack would read as more than words, apart from the mention of who asked. */
export function markup(message: { readonly text: string; readonly blocks: readonly unknown[] }): string[] {
  const found: string[] = []
  if (/[<>&@`*~]|:\/\/(?<!hxxps?:\/\/)|:[a-z_]+:/i.test(message.text)) found.push(`text: ${message.text}`)
  if (HIDDEN.test(message.text.replace('\n', ''))) found.push('hidden characters in text')
  for (const node of walk(message.blocks)) {
    const type = String(node['type'])
    const text = typeof node['text'] === 'string' ? node['text'] : ''
    // People whom a view names by an id of ours; what data says is none.
    const isOurs = type === 'user' && OURS.has(String(node['user_id']))
    if (
      !isOurs &&
      ['link', 'user', 'usergroup', 'channel', 'team', 'broadcast', 'color', 'section', 'markdown'].includes(
        type,
      )
    ) {
      found.push(type)
    }
    if (type === 'emoji' && node['name'] !== 'warning') found.push('emoji')
    if (type === 'date' && node['url'] !== undefined) found.push('date with a link')
    if (type === 'mrkdwn' && !MADE_BY_US.test(text)) found.push(`mrkdwn: ${text}`)
    if (type === 'plain_text' && node['emoji'] === true) {
      if (!/^:[a-z_]+: (?!.*:[\w+'-])[^<>&@]*$/.test(text)) found.push(`plain_text with emoji: ${text}`)
    } else if (type === 'plain_text' && /[<>&@]/.test(text)) found.push(`plain_text: ${text}`)
    if (HIDDEN.test(text === '\n' ? '' : text)) found.push('hidden characters')
  }
  return found
}
