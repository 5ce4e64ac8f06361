import { Component, h, type ComponentChild, type ComponentType, type FunctionComponent } from "preact";

/** The same component, drawn again only when one of its properties is another one. */
export function memo<P extends object>(Inner: ComponentType<P>): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const now = this.props as Readonly<Record<string, unknown>>;
      const coming = next as Readonly<Record<string, unknown>>;
      return Object.keys({ ...now, ...coming }).some((name) => now[name] !== coming[name]);
    }

    override render(): ComponentChild {
      return h<P>(Inner, this.props as P);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}
