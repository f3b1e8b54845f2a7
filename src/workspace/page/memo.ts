/// <reference lib="dom" />
import { Component, type ComponentChildren, type FunctionComponent, h } from 'preact'

/** Makes a component that is drawn anew only when one of its properties is another object or value. */
export function memo<P extends object>(draw: FunctionComponent<P>): new (props: P) => Component<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const before: object = this.props
      const names = new Set([...Object.keys(before), ...Object.keys(next)])
      return [...names].some((name) => Reflect.get(before, name) !== Reflect.get(next, name))
    }

    override render(): ComponentChildren {
      return h(draw, this.props)
    }
  }
}
