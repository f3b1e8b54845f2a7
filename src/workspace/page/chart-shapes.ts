/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { type ChartData, shortNumber, ticksFor } from './chart-data.ts'

/** The size of every chart, in the units of its own drawing. */
export const WIDTH = 640
export const HEIGHT = 280

const LEFT = 56
const RIGHT = 12
const TOP = 12
const BOTTOM = 48
const INNER = WIDTH - LEFT - RIGHT
const FLOOR = HEIGHT - BOTTOM

function scaleOf({ series }: ChartData): {
  readonly ticks: readonly number[]
  readonly y: (value: number) => number
} {
  const ticks = ticksFor(series.flatMap(({ values }) => values.map((value) => value ?? 0)))
  const low = ticks[0] ?? 0
  const high = ticks.at(-1) ?? 1
  return { ticks, y: (value) => FLOOR - ((value - low) / (high - low)) * (FLOOR - TOP) }
}

/** The middle of a category's share of the width. */
function xOf({ categories }: ChartData, at: number): number {
  return LEFT + (INNER * (at + 0.5)) / Math.max(1, categories.length)
}

/** Draws the lines of the grid, the numbers beside them, and the names underneath. */
export function drawAxes(data: ChartData): ComponentChild {
  const { ticks, y } = scaleOf(data)
  const lines = ticks.map(
    (tick) => html`<g>
      <line class="grid" x1=${LEFT} x2=${WIDTH - RIGHT} y1=${y(tick)} y2=${y(tick)} />
      <text x=${LEFT - 6} y=${y(tick) + 4} text-anchor="end">${shortNumber(tick)}</text>
    </g>`,
  )
  // Names stand clear of each other: each one, or each second, third …
  const every = Math.ceil((data.categories.length * 70) / INNER)
  const names = data.categories.map((category, at) =>
    at % every === 0
      ? html`<text x=${xOf(data, at)} y=${FLOOR + 16} text-anchor="middle">${category}</text>`
      : null,
  )
  return html`<g class="axes">
    ${lines} ${names}
    <text x=${LEFT + INNER / 2} y=${HEIGHT - 8} text-anchor="middle">${data.xLabel}</text>
    <text x=${-(TOP + FLOOR) / 2} y="12" text-anchor="middle" transform="rotate(-90)">${data.yLabel}</text>
  </g>`
}

/** Draws bars side by side, or lines, or areas one over the other. */
export function drawSeries(data: ChartData): readonly ComponentChild[] {
  const { y } = scaleOf(data)
  const share = INNER / Math.max(1, data.categories.length)
  const width = (share * 0.8) / Math.max(1, data.series.length)
  return data.series.map(({ values }, nr) => {
    if (data.kind === 'bar') {
      const bars = values.map((value, at) => {
        const x = xOf(data, at) - share * 0.4 + nr * width
        const top = Math.min(y(0), y(value ?? 0))
        return html`<rect x=${x} y=${top} width=${width * 0.92} height=${Math.abs(y(0) - y(value ?? 0))} />`
      })
      return html`<g class=${`bars series-${nr}`}>${bars}</g>`
    }
    const points = values.flatMap((value, at) => (value === null ? [] : [`${xOf(data, at)},${y(value)}`]))
    const isArea = data.kind === 'area' && points.length > 0
    const ends = [values.findIndex(isThere), values.findLastIndex(isThere)].map((at) => xOf(data, at))
    const area = [`${ends[0] ?? 0},${y(0)}`, ...points, `${ends[1] ?? 0},${y(0)}`].join(' ')
    return html`<g class=${`lines-of series-${nr}`}>
      ${isArea ? html`<polygon points=${area} />` : null}
      <polyline points=${points.join(' ')} />
      ${points.map((point) => html`<circle r="3" cx=${point.split(',')[0]} cy=${point.split(',')[1]} />`)}
    </g>`
  })
}

function isThere(value: number | null): boolean {
  return value !== null
}

/** Draws a pie; its parts begin at twelve o'clock. */
export function drawPie({ series, categories }: ChartData): ComponentChild {
  const values = (series[0]?.values ?? []).map((value) => Math.max(0, value ?? 0))
  const total = values.reduce((sum, value) => sum + value, 0)
  const radius = HEIGHT / 2 - TOP
  const [x, y] = [WIDTH / 2, HEIGHT / 2]
  const at = (part: number): string => {
    const angle = 2 * Math.PI * part - Math.PI / 2
    return `${x + radius * Math.cos(angle)} ${y + radius * Math.sin(angle)}`
  }
  let before = 0
  const parts = values.map((value, nr) => {
    const share = total === 0 ? 0 : value / total
    const from = before
    before += share
    const name = `${categories[nr] ?? ''}: ${shortNumber(value)}`
    // A whole circle has no arc from itself to itself.
    if (share > 0.9999)
      return html`<circle class=${`part series-${nr}`} cx=${x} cy=${y} r=${radius}><title>${name}</title></circle>`
    const path = `M ${x} ${y} L ${at(from)} A ${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${at(before)} Z`
    return html`<path class=${`part series-${nr}`} d=${path}><title>${name}</title></path>`
  })
  return html`<g>${parts}</g>`
}
