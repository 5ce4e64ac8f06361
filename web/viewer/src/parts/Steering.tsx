import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiProblem, keepToken, keptToken, post } from "../api/client";
import { asProblem } from "../api/resource";
import type { TournamentState } from "../api/types";

/** What `Steering` takes. */
export interface SteeringProps {
  readonly tournament: number;
  readonly state: TournamentState;
  /** Called when the server has taken the order. */
  readonly onDone: () => void;
}

/** Stops a running tournament or resumes a stopped one; asks for the token where this browser keeps none that holds. */
export function Steering({ tournament, state, onDone }: SteeringProps): JSX.Element | null {
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [asking, setAsking] = useState(false);
  const [token, setToken] = useState(keptToken());
  const [busy, setBusy] = useState(false);
  if (state === "finished") return null;
  const order = state === "running" ? "cancel" : "resume";

  const send = (): void => {
    if (!token) {
      setAsking(true);
      return;
    }
    setBusy(true);
    post(`/tournaments/${tournament}/${order}`, undefined, token).then(
      () => {
        keepToken(token);
        setBusy(false);
        setAsking(false);
        setProblem(null);
        onDone();
      },
      (error: unknown) => {
        const found = asProblem(error);
        setBusy(false);
        setProblem(found);
        setAsking(found.status === 401 || found.status === 403);
      },
    );
  };

  return (
    <form
      class="steering"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {asking && (
        <label class="field-inline">
          Token
          <input type="password" value={token} autocomplete="off" onInput={(event) => setToken(event.currentTarget.value.trim())} />
        </label>
      )}
      <button type="submit" class="button" disabled={busy || (asking && !token)}>
        {order === "cancel" ? "Stop" : "Resume"}
      </button>
      {problem && (
        <p class="form-problem" role="alert">
          {problem.message}
        </p>
      )}
    </form>
  );
}
