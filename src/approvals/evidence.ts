import type { Trx } from '../db/transaction.ts'
import type { Planned, Step } from '../model/plan.ts'
import { type Refused, refuse } from '../model/refusals.ts'
import { EVIDENCE, GATED, type StepKind } from '../model/steps.ts'

/** Evidence that was kept before and counts for a plan, as `P-12#1`; or why the plan waits for evidence. */
export async function evidenceFor(
  trx: Trx,
  incident: number,
  { steps }: Pick<Planned, 'steps'>,
): Promise<{ readonly evidence: readonly string[] } | Refused> {
  const evidence = new Set<string>()
  for (const [at, step] of steps.entries()) {
    if (!GATED.has(step.phase)) continue
    const kept = await keptBefore(trx, incident, step.target.uid)
    const missing = missingBefore(steps.slice(0, at), step).filter((kind) => !kept.has(kind))
    if (missing.length > 0)
      return refuse('evidence-first', { step: step.sentence, steps: missing.map(stepWords).join(', ') })
    for (const kind of EVIDENCE[step.target.kind] ?? []) {
      const found = kept.get(kind)
      if (found !== undefined) evidence.add(found)
    }
  }
  return { evidence: [...evidence].toSorted() }
}

/** The kinds of evidence that a step's target needs and that no earlier step of the plan keeps. */
export function missingBefore(earlier: readonly Step[], step: Step): readonly StepKind[] {
  const needed = EVIDENCE[step.target.kind] ?? []
  const done = new Set(earlier.filter(({ target }) => target.uid === step.target.uid).map(({ kind }) => kind))
  return needed.filter((kind) => !done.has(kind))
}

/** Kinds of evidence that were kept of a target and verified; dry runs and what was undone are none. */
async function keptBefore(trx: Trx, incident: number, uid: string): Promise<ReadonlyMap<string, string>> {
  const rows = await trx
    .selectFrom('step')
    .select(['proposal', 'nr', 'kind'])
    .where('incident', '=', incident)
    .where('target_uid', '=', uid)
    .where('state', '=', 'done')
    .where('verified', '=', 'verified')
    .where('is_dry_run', '=', false)
    .where('undone_by', 'is', null)
    .orderBy('proposal')
    .orderBy('nr')
    .execute()
  return new Map(rows.map(({ proposal, nr, kind }) => [kind, `P-${proposal}#${nr}`]))
}

const WORDS: { readonly [kind in StepKind]?: string } = {
  'save-manifest': 'save the manifest',
  'label-pod': 'label the pod',
  'cordon-node': 'cordon the node',
}

function stepWords(kind: StepKind): string {
  return WORDS[kind] ?? kind
}
