import { asFields, asList } from '../json.ts'
import { type Findings, refuse } from './findings.ts'
import { byType, type Check, list, num, object, oneOf, optional, type Spec, shown, type Then } from './kit.ts'

/** Series of a plot and segments of a pie. */
const MOST = { lower: 6, higher: 12 }
const POINTS = 20
const label = shown(1, 20)
const heading = shown(1, 50)

const positive: Check = (value, at, findings) => {
  num(value, at, findings)
  if (typeof value === 'number' && value <= 0) refuse(findings, at, 'must be greater than 0')
}

const series = object({ name: label, data: list(1, POINTS, object({ label, value: num })) })

const oneForEachCategory: Then = (value, at, findings) => {
  const categories = asList(asFields(value['axis_config'])?.['categories'])
  const names = new Set<unknown>()
  asList(value['series']).forEach((given, index) => {
    const { name, data } = asFields(given) ?? {}
    if (names.has(name)) refuse(findings, `${at}/series/${index}/name`, 'name must be unique in its chart')
    names.add(name)
    const labels = asList(data).map((point) => asFields(point)?.['label'])
    const fits = labels.length === categories.length && categories.every((one) => labels.includes(one))
    if (!fits) refuse(findings, `${at}/series/${index}/data`, 'must have exactly one data point per category')
  })
}

function plot(type: string): Check {
  const axis_config = object({
    categories: list(1, POINTS, label),
    x_label: optional(heading),
    y_label: optional(heading),
  })
  return object({ type: oneOf(type), series: list(1, MOST, series), axis_config }, oneForEachCategory)
}

/** The fields of a data_visualization block: a pie, or bars, lines or areas over one list of categories. */
export const chart: Spec = {
  title: heading,
  chart: byType({
    pie: object({
      type: oneOf('pie'),
      segments: list(1, MOST, object({ label, value: positive })),
    }),
    bar: plot('bar'),
    line: plot('line'),
    area: plot('area'),
  }),
}

/** A message holds two charts at most; people saw a third one refused, and Slack documents no number. */
export const countChart = (_value: unknown, at: string, findings: Findings): void => {
  findings.charts += 1
  if (findings.charts > 2) refuse(findings, at, 'no more than 2 charts allowed')
}
