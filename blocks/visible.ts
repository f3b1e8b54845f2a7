// Controls, bidi, zero-width and other characters that draw nothing, blanks that are not the space, lone surrogates.
const HIDDEN = /^(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]$/u

const DELETE = 0x7f
const CONTROL_PICTURES = 0x2400

/**
 * Makes one value readable as data: what cannot be seen is spelled out (`␊`, `⟦U+202E⟧`), more than `max`
 * code points are cut with `…(+9,880)`, and nothing at all is `–`.
 */
export function visible(value: string, max = 120): string {
  if (value === '') return '–'
  const points = Array.from(value)
  const kept: string[] = []
  let length = 0
  for (const point of points) {
    const shown = spell(point)
    length += shown.length > 2 ? shown.length : 1
    if (length > max) break
    kept.push(shown)
  }
  return kept.join('') + left(points.length - kept.length)
}

/** The same, with the mark of the cut counted: the result never has more than `max` code points. */
export function visibleWithin(value: string, max: number): string {
  const whole = visible(value, max)
  if (Array.from(whole).length <= max) return whole
  const room = max - left(Array.from(value).length).length
  return room < 1 ? '…' : visible(value, room)
}

function left(count: number): string {
  return count === 0 ? '' : `…(+${formatCount(count)})`
}

function spell(point: string): string {
  if (!HIDDEN.test(point)) return point
  const number = point.codePointAt(0) ?? 0
  if (number < 0x20) return String.fromCharCode(CONTROL_PICTURES + number)
  if (number === DELETE) return '␡'
  return `⟦U+${number.toString(16).toUpperCase().padStart(4, '0')}⟧`
}

/** Thousands with a comma: `1,204`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
