import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

/** What `Card` takes. */
export interface CardProps {
  /** Its heading. */
  readonly title?: string;
  /** A sentence below the heading. */
  readonly note?: ComponentChildren;
  /** Controls at the right of the heading. */
  readonly tools?: ComponentChildren;
  /** More CSS classes. */
  readonly class?: string;
  readonly children?: ComponentChildren;
}

/** A surface with a heading; a labelled region for screen readers where it has one. */
export function Card({ title, note, tools, class: more = "", children }: CardProps): JSX.Element {
  const id = useId();
  const head = title !== undefined || tools !== undefined;
  return (
    <section class={`card ${more}`} aria-labelledby={title ? id : undefined}>
      {head && (
        <div class="card-head">
          {title && <h2 id={id}>{title}</h2>}
          {tools && <div class="card-tools">{tools}</div>}
        </div>
      )}
      {note && <p class="card-note">{note}</p>}
      {children}
    </section>
  );
}
