import type { Sentence } from '../model/answer.ts'
import { entityRef, type Facts } from './facts.ts'
import { between, type Evidence, valued } from './guardduty-evidence.ts'
import { field, fieldsOf } from './guardduty-fields.ts'
import { flag, type JsonObject, list, name, obj, text } from './json.ts'

/** Rights that were asked about, given or made: the objects by the names that audit events know them by. */
export function rightsFacts(facts: Facts, evidence: Evidence, action: JsonObject | null): void {
  const call = obj(field(action, 'kubernetesApiCallAction'))
  const namespace = name(field(call, 'namespace'))
  const binding = obj(field(action, 'kubernetesRoleBindingDetails'))
  if (binding !== null) {
    const called = name(field(binding, 'name'))
    const kind = text(field(binding, 'kind'))
    const made = facts.add('binding', kind === 'ClusterRoleBinding' ? '-' : namespace, called)
    facts.trait(made, 'uid', name(field(binding, 'uid')))
    const [roleKind, role] = [text(field(binding, 'roleRefKind')), name(field(binding, 'roleRefName'))]
    facts.link(made, 'binds', roleRef(roleKind, namespace, role))
    evidence.sayAll('Binding', [kind, called], ' ')
    evidence.sayAll('Grants', [roleKind, role], ' ')
  }
  const role = obj(field(action, 'kubernetesRoleDetails'))
  if (role !== null) {
    const kind = text(field(role, 'kind'))
    const made = facts.name(roleRef(kind, namespace, name(field(role, 'name'))))
    facts.trait(made, 'uid', name(field(role, 'uid')))
    evidence.sayAll('Role', [kind, field(role, 'name')], ' ')
  }
  const checked = obj(field(action, 'kubernetesPermissionCheckedDetails'))
  if (checked !== null) {
    const asked = [field(checked, 'verb'), field(checked, 'resource'), field(checked, 'namespace')]
    evidence.sayWords(
      'Asked whether it may',
      between([between(asked.map(valued), ' '), answerWords(field(checked, 'allowed'))], ': '),
    )
  }
}

/** A finding that does not tell the answer tells of the question alone. */
function answerWords(allowed: unknown): Sentence {
  if (flag(allowed)) return ['allowed']
  return allowed === false || allowed === 'false' ? ['not allowed'] : []
}

function roleRef(kind: string | null, namespace: string | null, called: string | null) {
  return kind === 'ClusterRole'
    ? entityRef('role', '-', kind, called)
    : entityRef('role', namespace, kind === 'Role' ? kind : null, called)
}

/** Lines about what was unusual, as the anomaly model says it. */
export function anomalyEvidence(evidence: Evidence, service: JsonObject | null): void {
  const anomaly = obj(field(obj(field(service, 'detection')), 'anomaly'))
  const behaviour = obj(field(obj(field(anomaly, 'unusual')), 'behavior'))
  for (const [about, things] of fieldsOf(behaviour, 6)) {
    for (const [which, one] of fieldsOf(obj(things), 6)) {
      const observed = obj(field(obj(one), 'observations'))
      const texts = list(field(observed, 'text')).map(valued)
      evidence.sayWords(
        'Unusual',
        between([between([valued(about), valued(which)], ' '), between(texts, ', ')], ': '),
      )
    }
  }
}
