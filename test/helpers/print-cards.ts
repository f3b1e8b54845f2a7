import { readdirSync, readFileSync } from 'node:fs'

// Prints each golden as a link that opens it in Slack's Block Kit Builder. Nothing is sent: all of it is in the fragment.
const folder = new URL('../goldens/', import.meta.url)

for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .toSorted()) {
  const { blocks } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { blocks: unknown[] }
  if (blocks.length === 0) continue
  console.log(
    `${file.replace('.json', '')}\n  https://app.slack.com/block-kit-builder/#${encodeURIComponent(JSON.stringify({ blocks }))}`,
  )
}
