import type { JSX } from "preact";

/** What `Loading` takes. */
export interface LoadingProps {
  /** What is awaited: "the ranking". */
  readonly what: string;
  /** Height kept free, in lines, so that nothing jumps when it comes. */
  readonly lines?: number;
}

/** Says that something is on its way, and keeps its place. */
export function Loading({ what, lines = 4 }: LoadingProps): JSX.Element {
  return (
    <div class="loading" role="status">
      <span class="hidden">Loading {what}…</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="loading-line" style={{ width: `${[92, 78, 85, 64][index % 4] ?? 80}%` }} aria-hidden="true" />
      ))}
    </div>
  );
}
