/** Room for at least `size` elements: the array itself, or a copy with twice the room. */
export function grownInts(array: Int32Array, size: number): Int32Array {
  if (size <= array.length) return array
  const grown = new Int32Array(Math.max(size, array.length * 2))
  grown.set(array)
  return grown
}

/** The same for doubles; new elements are `filler`. */
export function grownFloats(array: Float64Array, size: number, filler: number): Float64Array {
  if (size <= array.length) return array
  const grown = new Float64Array(Math.max(size, array.length * 2))
  grown.fill(filler, array.length)
  grown.set(array)
  return grown
}
