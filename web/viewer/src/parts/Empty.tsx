import type { ComponentChildren, JSX } from "preact";

/** What `Empty` takes. */
export interface EmptyProps {
  /** What there is none of, as a sentence: "No tournament has been played yet." */
  readonly title: string;
  /** What to do next. */
  readonly children?: ComponentChildren;
}

/** Stands where a list would stand, and says what to do next. */
export function Empty({ title, children }: EmptyProps): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div class="empty-next">{children}</div>}
    </div>
  );
}
