/** What the server holds, as state of a component. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem, address, get, type Query } from "./client";

/** A resource on its way, here, or failed. While it is read again the last value stays, so that nothing jumps. */
export interface Resource<T> {
  /** The last value of this address; null until the first one has come. */
  readonly value: T | null;
  /** Why the last reading failed; null where it did not. */
  readonly problem: ApiProblem | null;
  /** Whether a reading is under way. */
  readonly loading: boolean;
  /** Reads it again. */
  readonly reload: () => void;
}

interface State<T> {
  readonly url: string | null;
  readonly value: T | null;
  readonly problem: ApiProblem | null;
  readonly loading: boolean;
}

/** Reads a resource whenever its address changes; a `path` of null reads nothing. */
export function useResource<T>(path: string | null, query: Query = {}): Resource<T> {
  const url = path === null ? null : address(path, query);
  const [state, setState] = useState<State<T>>({ url, value: null, problem: null, loading: url !== null });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const latest = useRef({ path, query });
  latest.current = { path, query };

  useEffect(() => {
    const asked = latest.current;
    if (url === null || asked.path === null) {
      setState({ url, value: null, problem: null, loading: false });
      return;
    }
    const stop = new AbortController();
    setState((before) => ({ ...before, url, loading: true, value: before.url === url ? before.value : null }));
    get<T>(asked.path, asked.query, stop.signal).then(
      (value) => setState({ url, value, problem: null, loading: false }),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        setState((before) => ({ ...before, url, problem: asProblem(error), loading: false }));
      },
    );
    return () => stop.abort();
  }, [url, turn]);

  const fresh = state.url === url;
  return {
    value: fresh ? state.value : null,
    problem: fresh ? state.problem : null,
    loading: fresh ? state.loading : true,
    reload,
  };
}

/** Any failure as one that can be shown. */
export function asProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem(0, String(error));
}
