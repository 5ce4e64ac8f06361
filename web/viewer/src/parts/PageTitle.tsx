import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { moved } from "../router";

/** What `PageTitle` takes. */
export interface PageTitleProps {
  /** The page's name in the browser's tab; the heading too where no `children` are given. */
  readonly title: string;
  /** What stands above the heading, small: where one is. */
  readonly above?: ComponentChildren;
  /** What stands beside the heading. */
  readonly tools?: ComponentChildren;
  /** The heading, where it is more than `title`. */
  readonly children?: ComponentChildren;
}

/** The page's heading. It names the tab, and takes the focus after a move within the viewer, so that readers of any kind arrive. */
export function PageTitle({ title, above, tools, children }: PageTitleProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === "agent-arena" ? title : `${title} · agent-arena`;
  }, [title]);
  useEffect(() => {
    if (moved()) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class="page-title">
      {above && <div class="page-above">{above}</div>}
      <div class="page-heading">
        <h1 ref={heading} tabIndex={-1}>
          {children ?? title}
        </h1>
        {tools && <div class="page-tools">{tools}</div>}
      </div>
    </div>
  );
}
