import type { EntityRef } from '../model/entity.ts'
import { entityRef, type Facts } from './facts.ts'
import { name } from './json.ts'

/** An image reference taken apart: where it is pulled from, under which tag or digest. */
export interface Image {
  readonly registry: string
  readonly repository: string
  /** `latest` where the reference has neither tag nor digest; null where it has a digest alone. */
  readonly tag: string | null
  /** `sha256:…` */
  readonly digest: string | null
}

const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-f]{32,128}$/
const HOST = /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:]{2,39}\])(?::\d{1,5})?$/
const REPOSITORY = /^[a-z0-9]+(?:[._-]+[a-z0-9]+|\/[a-z0-9]+)*$/
const TAG = /^\w[\w.-]{0,127}$/
const LONGEST = 700

/** `nginx` is `docker.io/library/nginx:latest`. Null for what no registry can hold, a bare `sha256:…` among it. */
export function parseImage(reference: string): Image | null {
  if (reference.length > LONGEST) return null
  const at = reference.indexOf('@')
  const digest = at < 0 ? null : reference.slice(at + 1)
  if (digest !== null && !DIGEST.test(digest)) return null
  const named = at < 0 ? reference : reference.slice(0, at)
  if (DIGEST.test(named)) return null
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  const tag = colon < 0 ? null : named.slice(colon + 1)
  const place = whereOf(colon < 0 ? named : named.slice(0, colon))
  if (!HOST.test(place.registry) || !REPOSITORY.test(place.repository)) return null
  if (tag !== null && !TAG.test(tag)) return null
  return { ...place, tag: tag ?? (digest === null ? 'latest' : null), digest }
}

/** The first segment is a host when it looks like one; everything else is on Docker Hub. */
function whereOf(path: string): Pick<Image, 'registry' | 'repository'> {
  const slash = path.indexOf('/')
  const first = slash < 0 ? '' : path.slice(0, slash)
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost'
  const registry = isHost ? first.toLowerCase().replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io'
  const repository = isHost ? path.slice(slash + 1) : path
  const isShort = registry === 'docker.io' && !repository.includes('/')
  return { registry, repository: isShort ? `library/${repository}` : repository }
}

/** The digest in a container's `imageID`; an id of the local store (`sha256:…`) is none that a registry knows. */
export function pulledDigest(imageId: string): string | null {
  const digest = imageId.slice(imageId.lastIndexOf('@') + 1)
  return imageId.includes('@') && DIGEST.test(digest) ? digest : null
}

/** The image's key is its reference as the record has it. */
export function imageRef(reference: unknown): EntityRef | null {
  return entityRef('image', name(reference))
}

/** `runner` (a pod or workload) runs the image; what its reference says becomes traits of it. */
export function imageFacts(facts: Facts, runner: EntityRef | null, reference: unknown): void {
  const image = facts.name(imageRef(reference))
  facts.link(runner, 'runs', image)
  const parsed = typeof reference === 'string' ? parseImage(reference) : null
  if (parsed === null) return
  facts.trait(image, 'digest', parsed.digest)
  facts.trait(image, 'repository', parsed.repository)
  facts.trait(image, 'registry', parsed.registry)
}
