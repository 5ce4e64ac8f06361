import { useEffect, useState } from "preact/hooks";
import { serverSource, type FrameSource } from "./source";

/** Matches on their way, here, or failed. */
export interface Sources {
  readonly sources: readonly FrameSource[] | null;
  /** Why one could not be read. */
  readonly problem: unknown;
  readonly retry: () => void;
}

/** The matches with these ids, as the server has them; the same array as long as the ids are the same. */
export function useSources(ids: readonly string[]): Sources {
  const wanted = ids.join(" ");
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ wanted: string; sources: readonly FrameSource[] | null; problem: unknown }>({ wanted, sources: null, problem: null });
  useEffect(() => {
    const stop = new AbortController();
    setState({ wanted, sources: null, problem: null });
    Promise.all(ids.map((id) => serverSource(id, stop.signal))).then(
      (sources) => !stop.signal.aborted && setState({ wanted, sources, problem: null }),
      (problem: unknown) => !stop.signal.aborted && setState({ wanted, sources: null, problem }),
    );
    return () => stop.abort();
  }, [wanted, turn]);
  const fresh = state.wanted === wanted;
  return { sources: fresh ? state.sources : null, problem: fresh ? state.problem : null, retry: () => setTurn(turn + 1) };
}
