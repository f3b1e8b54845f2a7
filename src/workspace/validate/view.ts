import { asFields } from '../json.ts'
import { homeBlock, modalBlock } from './blocks.ts'
import { newFindings, type Problem } from './findings.ts'
import { bool, byType, list, missing, object, oneOf, optional, type Spec, str, type Then } from './kit.ts'
import { plainText } from './objects.ts'

const BLOCKS = 100

const common: Spec = {
  private_metadata: optional(str(0, 3_000)),
  callback_id: optional(str(0, 255)),
  external_id: optional(str(0, 255)),
}

const inputsNeedSubmit: Then = (value, at, findings) => {
  if (findings.inputs > 0 && asFields(value['submit']) === null) missing(findings, at, 'submit')
}

const view = byType({
  modal: object(
    {
      type: oneOf('modal'),
      title: plainText(24),
      submit: optional(plainText(24)),
      close: optional(plainText(24)),
      blocks: list(1, BLOCKS, modalBlock),
      clear_on_close: optional(bool),
      notify_on_close: optional(bool),
      ...common,
    },
    inputsNeedSubmit,
  ),
  home: object({ type: oneOf('home'), blocks: list(1, BLOCKS, homeBlock), ...common }),
})

/** What Slack would refuse in a view, as views.open and views.publish take it. `at` is its JSON pointer, `higherLimits` see Most. */
export function validateView(given: unknown, at = '/view', higherLimits = false): readonly Problem[] {
  const findings = newFindings(higherLimits)
  view(given, at, findings)
  return findings.problems
}
