import "../look/form.css";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { keepToken, keptToken, post } from "../api/client";
import { asProblem, useResource } from "../api/resource";
import type { GameCard, GameDetail, Listed } from "../api/types";
import { Await } from "../parts/Await";
import { Card } from "../parts/Card";
import { CommandLine } from "../parts/CommandLine";
import { GamePart, StopPart, TokenPart } from "../parts/StartFields";
import { PageTitle } from "../parts/PageTitle";
import { commandOf, complaint, FRESH, requestOf, type Wish } from "../parts/request";
import { navigate, type PageProps } from "../router";

/** The form of a new tournament. */
export default function StartPage({ query }: PageProps): JSX.Element {
  const games = useResource<Listed<GameCard>>("/games");
  return (
    <>
      <PageTitle title="Start a tournament" />
      <p class="lead">It is played on the server; its page shows the ranking while it runs, and it can be stopped and resumed.</p>
      <Await resource={games} what="the games" lines={12}>
        {(page) => <Form games={page.items} query={query} />}
      </Await>
    </>
  );
}

function Form({ games, query }: { readonly games: readonly GameCard[]; readonly query: URLSearchParams }): JSX.Element {
  const asked = query.get("game");
  const [wish, setWish] = useState<Wish>({
    ...FRESH,
    game: games.find(({ name }) => name === asked)?.name ?? games[0]?.name ?? "",
    agents: query.get("agents")?.split(",").filter(Boolean) ?? [],
  });
  const [token, setToken] = useState(keptToken());
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  // Everybody plays unless somebody is left out.
  const untouched = useRef(true);
  const game = useResource<GameDetail>(wish.game ? `/games/${encodeURIComponent(wish.game)}` : null);
  const change = (part: Partial<Wish>): void => setWish((before) => ({ ...before, ...part }));

  useEffect(() => {
    const known = game.value?.agents;
    if (!known) return;
    if (untouched.current && !query.get("agents")) setWish((before) => ({ ...before, agents: known }));
    untouched.current = false;
    // Names that the new game does not offer move to the free field, where they stay visible.
    setWish((before) => {
      const strangers = before.agents.filter((name) => !known.includes(name));
      if (strangers.length === 0) return before;
      const asked = new Set((query.get("agents") ?? "").split(","));
      const kept = strangers.filter((name) => asked.has(name));
      return { ...before, agents: before.agents.filter((name) => known.includes(name)), more: [before.more, ...kept].filter(Boolean).join(", ") };
    });
  }, [game.value]);

  const submit = (): void => {
    const wrong = complaint(wish) ?? (token ? null : "A token is needed to start a tournament.");
    setProblem(wrong);
    if (wrong) return;
    setBusy(true);
    post<{ readonly id: number }>("/tournaments", requestOf(wish), token).then(
      ({ id }) => {
        keepToken(token);
        navigate(`/tournaments/${id}`);
        window.scrollTo(0, 0);
      },
      (error: unknown) => {
        setBusy(false);
        setProblem(asProblem(error).message);
      },
    );
  };

  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <GamePart games={games} detail={game} wish={wish} change={change} />
      <StopPart wish={wish} change={change} />
      <TokenPart token={token} setToken={setToken} />
      <Card title="The same in a shell">
        <CommandLine command={commandOf(wish)} label="The command that starts this tournament" />
      </Card>
      <div class="form-end">
        <button type="submit" class="button primary" disabled={busy}>
          {busy ? "Starting…" : "Start the tournament"}
        </button>
        <p class="form-problem" role="alert">
          {problem}
        </p>
      </div>
    </form>
  );
}
