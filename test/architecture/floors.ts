import { posix } from 'node:path'

/** Folders of src/ by floor (DESIGN §3): a folder imports only from floors below its own. */
export const FLOORS: { readonly [folder: string]: number } = {
  model: 0,
  db: 1,
  graph: 2,
  trail: 2,
  sources: 3,
  lookups: 3,
  actions: 3,
  incidents: 3,
  ingest: 4,
  approvals: 4,
  slack: 5,
  jobs: 5,
  aws: 5,
  kubernetes: 5,
  charts: 5,
  workspace: 5,
  simulated: 5,
  gameday: 6,
}

/** Files and folders that may import anything: the composition root, main, and the command line. */
const ROOTS = ['src/wire.ts', 'src/wire-feeds.ts', 'src/wire-inventory.ts', 'src/main.ts', 'src/cli/']
const CONFIG = 'src/config.ts'

/** Packages that belong to one place alone. */
const ONLY_IN: { readonly [name: string]: readonly string[] } = {
  '@slack/bolt': ['src/slack/'],
  '@slack/web-api': ['src/slack/'],
  '@kubernetes/client-node': ['src/kubernetes/'],
  '@aws-sdk/': ['src/aws/'],
  pg: ['src/db/', 'src/workspace/', ...ROOTS],
  'pg-boss': ['src/db/'],
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"\n]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g

/** What a file imports, as written. Import lists over several lines are read too. */
export function importsOf(text: string): readonly string[] {
  const flat = text.replaceAll(/\{[^{}]*\}/g, (braces) => braces.replaceAll('\n', ' '))
  return [...flat.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

/** Why an import from `file` (path from the root) breaks the floors; null when it does not. */
export function faultOf(file: string, specifier: string): string | null {
  if (ROOTS.some((root) => file.startsWith(root))) return null
  if (!specifier.startsWith('.')) {
    for (const [name, places] of Object.entries(ONLY_IN)) {
      const is = specifier === name || specifier.startsWith(name.endsWith('/') ? name : `${name}/`)
      if (is && !places.some((place) => file.startsWith(place)))
        return `${file} imports ${specifier}, which belongs to ${places.join(', ')}`
    }
    return null
  }
  const target = posix.join(posix.dirname(file), specifier)
  const say = `${file} imports ${target}`
  if (ROOTS.some((root) => target.startsWith(root)) || target === CONFIG) return `${say}: only the root may`
  if (file.startsWith('blocks/')) {
    return target.startsWith('blocks/') || target.startsWith('src/model/')
      ? null
      : `${say}: blocks/ imports only model/`
  }
  if (file.startsWith('migrations/')) return `${say}: a migration imports nothing of ours`
  const from = folderOf(file)
  if (from === null) return null
  const floor = FLOORS[from]
  if (floor === undefined) return `${file}: src/${from}/ has no floor`
  // Drawing belongs to the floor that posts.
  if (target.startsWith('blocks/'))
    return from === 'slack' ? null : `${say}: only slack/ and the root draw cards`
  const to = folderOf(target)
  if (to === null) return target.startsWith('src/') ? `${say}: only the root may` : null
  if (to === from) return null
  const below = FLOORS[to]
  if (below === undefined) return `${say}: src/${to}/ has no floor`
  return below < floor ? null : `${say}: floor ${floor} may not import floor ${below}`
}

function folderOf(path: string): string | null {
  const match = /^src\/([^/]+)\//.exec(path)
  return match?.[1] ?? null
}
