import { asFields, asList, asText, type Fields } from '../json.ts'
import { objects } from './state.ts'

/** One line, area or row of bars: a value for each category, null where it has none. */
interface Series {
  readonly name: string
  readonly values: readonly (number | null)[]
}

/** A chart of the page, of whatever kind. */
export interface ChartData {
  readonly title: string
  readonly kind: 'bar' | 'line' | 'area' | 'pie'
  readonly categories: readonly string[]
  readonly series: readonly Series[]
  readonly xLabel: string
  readonly yLabel: string
}

/** Reads a data_visualization block; null when it is a chart of another kind. A pie is one series over its segments. */
export function readChart(block: Fields): ChartData | null {
  const chart = asFields(block['chart']) ?? {}
  const title = asText(block['title'])
  const { type } = chart
  if (type === 'pie') {
    const segments = objects(chart['segments'])
    const categories = segments.map((segment) => asText(segment['label']))
    const values = segments.map((segment) => numberOf(segment['value']))
    return { title, kind: type, categories, series: [{ name: title, values }], xLabel: '', yLabel: '' }
  }
  if (type !== 'bar' && type !== 'line' && type !== 'area') return null
  const axes = asFields(chart['axis_config']) ?? {}
  const given = objects(chart['series'])
  const named = asList(axes['categories']).map((category) => asText(category))
  const categories = named.length > 0 ? named : labelsOf(given)
  const series = given.map((one) => {
    const points = new Map(objects(one['data']).map((point) => [asText(point['label']), point['value']]))
    return {
      name: asText(one['name']),
      values: categories.map((category) => numberOf(points.get(category))),
    }
  })
  return {
    title,
    kind: type,
    categories,
    series,
    xLabel: asText(axes['x_label']),
    yLabel: asText(axes['y_label']),
  }
}

function labelsOf(series: readonly Fields[]): readonly string[] {
  const labels = series.flatMap((one) => objects(one['data']).map((point) => asText(point['label'])))
  return [...new Set(labels)]
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** Round numbers for an axis from zero, or below it, to the highest value. */
export function ticksFor(values: readonly number[]): readonly number[] {
  const low = Math.min(0, ...values)
  const high = Math.max(low + 1, ...values)
  const rough = (high - low) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power
  const from = Math.floor(low / step)
  const to = Math.ceil(high / step)
  return Array.from({ length: to - from + 1 }, (_, at) => (from + at) * step)
}

/** A number as an axis and a table show it. */
export function shortNumber(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 1 })
}
