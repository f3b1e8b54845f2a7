/// <reference lib="dom" />

/** What an element may hold: strings become text nodes, so that no data is ever read as markup. */
export type Child = Node | string | null

/** Makes an element with attributes and children; null children are left out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: { readonly [name: string]: string } = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children.filter((child) => child !== null))
  return element
}

/** The element of the page with this id. Throws when the page has none: then page and script do not belong together. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id)
  if (!(element instanceof type)) throw new Error(`the page has no ${id}`)
  return element
}
