/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import type { Fields } from '../json.ts'
import { type ChartData, readChart, shortNumber } from './chart-data.ts'
import { drawAxes, drawPie, drawSeries, HEIGHT, WIDTH } from './chart-shapes.ts'
import { drawScrolling } from './table.ts'
import { unsupported } from './undrawable.ts'

interface Props {
  readonly block: Fields
}

/** A chart as a picture that is described in words, with its numbers in a table below. */
export function Chart({ block }: Props): ComponentChild {
  const data = readChart(block)
  if (data === null) return unsupported('block', 'data_visualization')
  const isPie = data.kind === 'pie'
  const names = isPie ? data.categories : data.series.map(({ name }) => name)
  return html`<figure class="chart">
    <figcaption>${data.title}</figcaption>
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${describe(data)}>
      ${isPie ? drawPie(data) : html`<g>${drawAxes(data)} ${drawSeries(data)}</g>`}
    </svg>
    <ul class="legend">
      ${names.map((name, at) => html`<li><span class=${`swatch series-${at}`} aria-hidden="true"></span>${name}</li>`)}
    </ul>
    <details>
      <summary>Numbers of this chart</summary>
      ${drawScrolling(`Numbers: ${data.title}`, drawNumbers(data))}
    </details>
  </figure>`
}

function describe({ title, kind, categories, series }: ChartData): string {
  const said = series.map(({ name, values }) => {
    const points = values.map((value, at) => ({ value: value ?? 0, category: categories[at] ?? '' }))
    const total = points.reduce((sum, { value }) => sum + value, 0)
    const peak = points.toSorted((a, b) => b.value - a.value)[0]
    const most = peak === undefined ? '' : `, most ${shortNumber(peak.value)} at ${peak.category}`
    return `${kind === 'pie' ? 'Sum' : name} ${shortNumber(total)}${most}`
  })
  return `${kind} chart: ${title}. ${said.join('; ')}.`
}

function drawNumbers({ kind, categories, series, xLabel }: ChartData): ComponentChild {
  const heads = series.map(({ name }) => html`<th scope="col">${kind === 'pie' ? 'Value' : name}</th>`)
  const rows = categories.map(
    (category, at) => html`<tr>
      <th scope="row">${category}</th>
      ${series.map(({ values }) => {
        const value = values[at]
        return html`<td class="right">${value === undefined || value === null ? '–' : shortNumber(value)}</td>`
      })}
    </tr>`,
  )
  return html`<table>
    <thead><tr><th scope="col">${xLabel || 'Part'}</th>${heads}</tr></thead>
    <tbody>${rows}</tbody>
  </table>`
}
