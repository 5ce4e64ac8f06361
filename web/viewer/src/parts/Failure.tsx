import type { JSX } from "preact";
import type { ApiProblem } from "../api/client";
import { Link } from "../router";

/** What `Failure` takes. */
export interface FailureProps {
  /** What could not be read: "the ranking". */
  readonly what: string;
  readonly problem: ApiProblem;
  /** Tries again; left out where that helps nobody. */
  readonly retry?: () => void;
}

/** Says what failed and why, and what to do next. */
export function Failure({ what, problem, retry }: FailureProps): JSX.Element {
  const gone = problem.status === 404;
  return (
    <div class="failure" role="alert">
      <p class="failure-title">{gone ? `There is no such thing here: ${what}.` : `Could not read ${what}.`}</p>
      <p>{problem.message}</p>
      <div class="failure-next">
        {retry && !gone && (
          <button type="button" class="button" onClick={retry}>
            Try again
          </button>
        )}
        {gone && <Link href="/">Go to the start page</Link>}
      </div>
    </div>
  );
}
