import { refuse } from './findings.ts'
import { type Check, object, oneOf, optional, pattern, type Spec, str, type Then, url } from './kit.ts'

/** Said of a file that cannot be shown: no such file, not a picture, or not read by Slack yet. */
export const INVALID_FILE = 'invalid slack file'

/** A picture: an address or a file of the workspace, never both. */
export const oneSource: Then = (value, at, findings) => {
  const sources = ['image_url', 'slack_file'].filter((name) => value[name] !== undefined)
  if (sources.length !== 1) refuse(findings, at, 'must define exactly one of `image_url` or `slack_file`')
}

const oneName: Then = (value, at, findings) => {
  const names = ['id', 'url'].filter((name) => value[name] !== undefined)
  if (names.length !== 1) refuse(findings, at, 'must define exactly one of `id` or `url`')
}

/** The fields that name the source and stand-in of a picture. */
export const picture: Spec = {
  image_url: optional(url),
  slack_file: optional(
    object({ id: optional(pattern(/^F[A-Z0-9]{8,}$/, INVALID_FILE)), url: optional(url) }, oneName),
  ),
  alt_text: str(1, 2_000),
}

/** A picture that stands inside a block. */
export const imageElement: Check = object({ type: oneOf('image'), ...picture }, oneSource)
