/// <reference lib="dom" />

import { html } from 'htm/preact'
import { Component, type ComponentChildren } from 'preact'

/** What is said in place of what could not be drawn. */
export const UNDRAWABLE = 'This page could not draw what Firebreak posted. Reload it; the messages are kept.'

interface Props {
  /** What is drawn inside; when it changes, drawing is tried again. */
  readonly of: unknown
  readonly children?: ComponentChildren
}

/** Draws what it holds; if that throws, says so in its place and leaves the rest of the page alone. */
export class Undrawable extends Component<Props, { readonly failedOf: unknown }> {
  override state = { failedOf: undefined }

  override componentDidCatch(error: unknown): void {
    this.setState({ failedOf: this.props.of })
    reportError(error)
  }

  override render({ of, children }: Props): ComponentChildren {
    if (this.state.failedOf !== undefined && this.state.failedOf === of)
      return html`<div class="unsupported">${UNDRAWABLE}</div>`
    return children
  }
}

/** A visible box for what the page cannot draw, so that nobody misses it. */
export function unsupported(what: 'block' | 'element', type: unknown): ReturnType<typeof html> {
  return html`<div class="unsupported">Unsupported ${what} "${String(type)}"</div>`
}
