type Labels = { readonly [label: string]: unknown }

/** A selector of Kubernetes (`matchLabels`, `matchExpressions`) and the labels of an object; an empty one selects everything. */
export function selects(selector: unknown, labels: Labels): boolean {
  const { matchLabels, matchExpressions } = objectOf(selector)
  const isEqual = Object.entries(objectOf(matchLabels)).every(
    ([label, value]) => valueOf(labels, label) === value,
  )
  return (
    isEqual && (Array.isArray(matchExpressions) ? matchExpressions : []).every((one) => fits(one, labels))
  )
}

function fits(expression: unknown, labels: Labels): boolean {
  const { key, operator, values } = objectOf(expression)
  if (typeof key !== 'string') return false
  const value = valueOf(labels, key)
  const isAmong = Array.isArray(values) && values.includes(value)
  switch (operator) {
    case 'In':
      return value !== undefined && isAmong
    case 'NotIn':
      return value === undefined || !isAmong
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}

function valueOf(labels: Labels, label: string): unknown {
  return Object.hasOwn(labels, label) ? labels[label] : undefined
}

function objectOf(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
