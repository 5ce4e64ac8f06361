import type { ComponentChildren, JSX } from "preact";
import type { Resource } from "../api/resource";
import { Failure } from "./Failure";
import { Loading } from "./Loading";

/** What `Await` takes. */
export interface AwaitProps<T> {
  readonly resource: Resource<T>;
  /** What is awaited: "the ranking". */
  readonly what: string;
  /** Lines kept free while it is on its way. */
  readonly lines?: number;
  /** What is shown once it is there. */
  readonly children: (value: T) => ComponentChildren;
}

/** Shows a resource: on its way, failed, or what `children` makes of it. */
export function Await<T>({ resource, what, lines = 4, children }: AwaitProps<T>): JSX.Element {
  if (resource.value !== null) return <>{children(resource.value)}</>;
  if (resource.problem) return <Failure what={what} problem={resource.problem} retry={resource.reload} />;
  return <Loading what={what} lines={lines} />;
}
