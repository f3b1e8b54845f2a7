/** Phases in the order in which a response runs through them. */
export const PHASES = ['preserve', 'quarantine', 'remove', 'rotate', 'redeploy', 'prevent'] as const
export type Phase = (typeof PHASES)[number]

/** Every kind of step that a plan can hold: one API call each. */
export const STEP_KINDS = [
  /** Reads an object whole and keeps it as evidence. */
  'save-manifest',
  /** Adds labels to a pod; takes none away. */
  'label-pod',
  /** Makes a node unschedulable. */
  'cordon-node',
  /** Creates a NetworkPolicy that allows one pod nothing. */
  'deny-pod-traffic',
  /** Takes our own labels off a pod. */
  'unlabel-pod',
  /** Makes a node schedulable again that we cordoned. */
  'uncordon-node',
  /** Deletes the NetworkPolicy that we created. */
  'allow-pod-traffic',
] as const
export type StepKind = (typeof STEP_KINDS)[number]

/** Kinds of preserve steps that must be done and verified before a quarantine, remove or rotate step on a target of the kind. */
export const EVIDENCE: { readonly [kind: string]: readonly StepKind[] } = {
  pod: ['save-manifest', 'label-pod'],
  node: ['save-manifest', 'cordon-node'],
  binding: ['save-manifest'],
  session: ['save-manifest'],
  user: ['save-manifest'],
  role: ['save-manifest'],
  secret: ['save-manifest'],
}

/** Phases that wait for evidence. */
export const GATED: ReadonlySet<Phase> = new Set<Phase>(['quarantine', 'remove', 'rotate'])
