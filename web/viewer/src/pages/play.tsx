import "../look/form.css";
import "../tables/play.css";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem, useResource } from "../api/resource";
import type { AgentCard, GameCard, GameDetail, Listed } from "../api/types";
import { Await } from "../parts/Await";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { count } from "../parts/format";
import { Loading } from "../parts/Loading";
import { PageTitle } from "../parts/PageTitle";
import { navigate, type PageProps } from "../router";
import { openTable } from "../tables/open";
import { OwnMatches } from "../tables/OwnMatches";
import { SeatRows } from "../tables/SeatRows";
import { fitted, hasRounds, keepWish, keptWish, ME, opponents, requestOf, STRENGTHS, type TableWish } from "../tables/wish";

/** Where one chooses a game and opponents, and sits down. */
export default function PlayPage({ query }: PageProps): JSX.Element {
  const games = useResource<Listed<GameCard>>("/games");
  return (
    <>
      <PageTitle title="Play" />
      <p class="lead">Take a seat against the agents. You see your own cards only, as they do theirs; nobody hurries you, and you can leave and come back.</p>
      <div class="play-grid">
        <Await resource={games} what="the games" lines={12}>
          {(page) => (page.items.length > 0 ? <Form games={page.items} asked={query.get("game")} /> : <Empty title="No game is installed." />)}
        </Await>
        <OwnMatches />
      </div>
    </>
  );
}

function Form({ games, asked }: { readonly games: readonly GameCard[]; readonly asked: string | null }): JSX.Element {
  const [wish, setWish] = useState<TableWish>(() => {
    const kept = keptWish();
    const known = (name: string | null): boolean => games.some((game) => game.name === name);
    return { ...kept, game: known(asked) ? (asked ?? "") : known(kept.game) ? kept.game : (games[0]?.name ?? "") };
  });
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const path = encodeURIComponent(wish.game);
  const game = useResource<GameDetail>(`/games/${path}`);
  const agents = useResource<Listed<AgentCard>>("/agents", { game: wish.game });
  const [detail, cards] = [game.value, agents.value?.items ?? null];
  useEffect(() => {
    if (detail && cards) setWish((before) => (before.game === detail.name ? fitted(before, detail, cards) : before));
  }, [detail, cards]);
  const unread = game.problem ?? agents.problem;
  const retry = (): void => {
    game.reload();
    agents.reload();
  };
  const ready = detail !== null && cards !== null && wish.seats.includes(ME);
  const change = (part: Partial<TableWish>): void => setWish((before) => ({ ...before, ...part }));

  const sitDown = (): void => {
    setBusy(true);
    setProblem("");
    openTable(requestOf(wish), detail?.title ?? wish.game, wish.seats.indexOf(ME)).then(
      (id) => {
        keepWish(wish);
        navigate(`/play/${encodeURIComponent(id)}`);
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
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) sitDown();
      }}
    >
      <Card title="Game">
        <div class="fields">
          <Choice label="Game" value={wish.game} choose={(name) => change({ game: name, preset: "", rounds: "" })}>
            {games.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </Choice>
          {detail && cards && <Rules game={detail} wish={wish} change={change} resize={(size) => setWish((before) => fitted(before, detail, cards, size))} />}
        </div>
      </Card>
      <Card title="The table" note="Who sits where. Every agent plays from its own seat and sees no more than you do from yours.">
        {ready && <SeatRows seats={wish.seats} agents={opponents(cards)} onChange={(seats) => change({ seats })} />}
        {!ready && (unread ? <Failure what="the game and its agents" problem={unread} retry={retry} /> : <Loading what="the seats" lines={8} />)}
        {ready && opponents(cards).some(({ name, family }) => family === "search" && wish.seats.includes(name)) && (
          <div class="fields seat-strength">
            <Choice label="Agents that search think" value={String(wish.simulations)} choose={(text) => change({ simulations: Number(text) })}>
              {STRENGTHS.map(([simulations, name]) => (
                <option key={simulations} value={String(simulations)}>
                  {name}
                </option>
              ))}
            </Choice>
          </div>
        )}
      </Card>
      <div class="form-end">
        <button type="submit" class="button primary sit-down" disabled={!ready || busy}>
          {busy ? "Laying the table…" : "Sit down"}
        </button>
        <p class="form-problem" role="alert">
          {problem}
        </p>
      </div>
    </form>
  );
}

interface RulesProps {
  readonly game: GameDetail;
  readonly wish: TableWish;
  readonly change: (part: Partial<TableWish>) => void;
  readonly resize: (players: number) => void;
}

function Rules({ game, wish, change, resize }: RulesProps): JSX.Element {
  const sizes = game.table_sizes;
  return (
    <>
      {sizes.length > 1 && (
        <Choice label="Players" value={String(wish.seats.length || game.players)} choose={(size) => resize(Number(size))}>
          {sizes.map((size) => (
            <option key={size} value={String(size)}>
              {size}
            </option>
          ))}
        </Choice>
      )}
      {game.presets.length > 0 && (
        <Choice label="Rules" hint={game.presets.find(({ name }) => name === wish.preset)?.summary} value={wish.preset} choose={(preset) => change({ preset })}>
          <option value="">as usual</option>
          {game.presets.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Choice>
      )}
      {hasRounds(game) && (
        <Choice label="Length" value={wish.rounds} choose={(rounds) => change({ rounds })}>
          <option value="">as the rules say</option>
          {[1, 3, 5, 10].map((rounds) => (
            <option key={rounds} value={String(rounds)}>
              {count(rounds, "round")}
            </option>
          ))}
        </Choice>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: string;
  readonly choose: (value: string) => void;
  readonly children: ComponentChildren;
}

function Choice({ label, hint, value, choose, children }: ChoiceProps): JSX.Element {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {children}
      </select>
      {hint && <small>{hint}</small>}
    </label>
  );
}
