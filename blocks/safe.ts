import type { MrkdwnElement, PlainTextElement, RichTextText } from '@slack/types'
import { formatCount, visible, visibleWithin } from './visible.ts'

declare const safe: unique symbol

/** Text that may stand in mrkdwn: our own literals, counts, times and mentions of people. */
export type Safe = string & { readonly [safe]: true }

/**
 * Our own mrkdwn. Literals and Safe values only: a plain string does not compile, because text from a cluster or
 * an account is never markup. Such text goes into `code`, a raw_text cell, or `plain`.
 */
export function mrkdwn(literals: TemplateStringsArray, ...values: readonly Safe[]): Safe {
  return literals.map((literal, at) => literal + (values[at] ?? '')).join('') as Safe
}

/** A mrkdwn text object; `verbatim` keeps Slack from making links of its own. */
export function mrkdwnText(text: Safe): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true }
}

/** A plain_text object. Emoji are drawn only where our own mark stands in it. */
export function plainText(text: string, emoji = false): PlainTextElement {
  return { type: 'plain_text', text, emoji }
}

const INERT = /^(?:[\p{L}\p{N} .,·…–-]|(?<=\d):(?=\d\d))*$/u

/** Words in which no character can mean anything to Slack; throws on any other text, since that is a programming fault. */
export function inert(text: string): Safe {
  if (!INERT.test(text)) throw new Error(`not inert text: ${JSON.stringify(text.slice(0, 80))}`)
  return text as Safe
}

/** `1,204` */
export function count(number: number): Safe {
  return inert(formatCount(number))
}

/** `1 finding`, `1,204 findings` */
export function counted(number: number, one: string, many = `${one}s`): Safe {
  return inert(`${formatCount(number)} ${number === 1 ? one : many}`)
}

/** Mentions a person by Slack id; null when the text is no such id. */
export function mention(person: string): Safe | null {
  return isPerson(person) ? (`<@${person}>` as Safe) : null
}

/** True for what is a person's id in Slack. */
export function isPerson(id: string): boolean {
  return /^[UW][A-Z0-9]{1,30}$/.test(id)
}

/** An untrusted value in rich_text: shown as code, where Slack parses nothing. Hosts stay literal, so that they can be copied. */
export function code(value: string, max = 120): RichTextText {
  return { type: 'text', text: visible(value, max), style: { code: true } }
}

// A colon that may open an emoji; the one of a time of day is caught, to be kept.
const COLON = /(?<=\d)(:)(?=\d\d(?![\w+':-]))|:(?=[\p{L}\p{N}_+'-])/gu

const LOOKALIKE: Readonly<Record<string, string>> = {
  '<': '‹',
  '>': '›',
  '&': '＆',
  '@': '＠',
  '`': 'ˋ',
  '*': '∗',
  '~': '∼',
}

/**
 * A value for headers, buttons, options and fallback text: no markup, mention, emoji or link can come of it, and at most
 * `max` code points remain. Characters that Slack reads are replaced by ones that look alike, which holds
 * whether or not the reader decodes entities; so nothing here is meant to be copied.
 */
export function plain(value: string, max = 120): string {
  const defanged = value
    .replace(/\bhttp(s?):\/\//gi, 'hxxp$1://')
    .replace(/(?<!\bhxxps?):\/\//gi, '[:]//')
    .replace(/(?<=\d)\.(?=\d+\.)|(?<=\.\d+)\.(?=\d)|(?<=[\p{L}\p{N}_-])\.(?=\p{L})/gu, '[.]')
    .replace(/[<>&@`*~]/g, (mark) => LOOKALIKE[mark] ?? mark)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '＿')
    .replace(COLON, (colon, time: string | undefined) => (time === undefined ? '∶' : colon))
  return visibleWithin(defanged, max)
}
