/** Slack's rules for a message, written a second time and without our table, so that the two can disagree. */

type Node = Readonly<Record<string, unknown>>

/** Every rule that the message breaks. */
export function brokenRules(message: {
  readonly text: string
  readonly blocks: readonly unknown[]
}): string[] {
  const broken: string[] = []
  const rule = (holds: boolean, what: string): void => {
    if (!holds) broken.push(what)
  }
  const nodes = [...walk(message.blocks)]
  const ids = nodes.flatMap((node) => (typeof node['block_id'] === 'string' ? [node['block_id']] : []))
  rule(message.text.length > 0 && message.text.length <= 3_000, 'text')
  rule(message.blocks.length <= 50, 'blocks')
  rule(new Set(ids).size === ids.length && ids.every((id) => id.length <= 255), 'block ids')
  rule(nodes.filter((node) => node['type'] === 'table').length <= 1, 'one table')
  rule(sum(nodes) <= 9_000, `sum of text ${sum(nodes)}`)
  for (const node of nodes) check(node, rule)
  return broken
}

function check(node: Node, rule: (holds: boolean, what: string) => void): void {
  const text = node['text']
  const type = String(node['type'])
  if (typeof text === 'string')
    rule(text.length >= 1 && text.length <= 3_000 && text.isWellFormed(), `text of ${type}`)
  if (type === 'header') rule(Array.from(textOf(node)).length <= 150 && textOf(node).trim() !== '', 'header')
  if (type === 'context' || type === 'actions' || type.startsWith('rich_text')) {
    rule(list(node['elements']).length >= 1, `elements of ${type}`)
    rule(
      list(node['elements']).length <= (type === 'context' ? 10 : type === 'actions' ? 25 : 200),
      `elements of ${type}`,
    )
  }
  if (type === 'actions') {
    const ids = list(node['elements']).map((element) => String((element as Node)['action_id']))
    rule(
      new Set(ids).size === ids.length && ids.every((id) => id.length >= 1 && id.length <= 255),
      'action ids',
    )
  }
  if (type === 'button') {
    rule(Array.from(textOf(node)).length <= 75, 'button text')
    const { value = 'v', url = 'https://' } = node
    rule(typeof value === 'string' && value.length >= 1 && value.length <= 2_000, 'button value')
    rule(typeof url === 'string' && url.length <= 3_000 && url.startsWith('https://'), 'button url')
  }
  if (type === 'table') {
    const rows = list(node['rows']).map(list)
    rule(rows.length >= 2 && rows.length <= 100, 'table rows')
    rule(
      rows.every((row) => row.length === rows[0]?.length && row.length >= 1 && row.length <= 20),
      'table columns',
    )
  }
  if (type === 'container') {
    rule(
      list(node['child_blocks']).length >= 1 && list(node['child_blocks']).length <= 10,
      'container blocks',
    )
  }
}

/** Every object in the message, however deep. */
export function* walk(part: unknown): Generator<Node> {
  if (typeof part !== 'object' || part === null) return
  if (!Array.isArray(part)) yield part as Node
  for (const value of Object.values(part)) yield* walk(value)
}

function sum(nodes: readonly Node[]): number {
  return nodes.reduce(
    (total, node) => total + (typeof node['text'] === 'string' ? node['text'].length : 0),
    0,
  )
}

function textOf(node: Node): string {
  const text = node['text']
  return typeof text === 'object' && text !== null ? String((text as Node)['text']) : ''
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
