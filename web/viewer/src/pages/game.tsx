import "../look/lists.css";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import rules from "virtual:rules";
import { useResource } from "../api/resource";
import type { GameDetail, Metric } from "../api/types";
import { AgentName } from "../parts/AgentName";
import { Await } from "../parts/Await";
import { Card } from "../parts/Card";
import { capital, number } from "../parts/format";
import { Loading } from "../parts/Loading";
import { PageTitle } from "../parts/PageTitle";
import { Fact } from "../parts/Progress";
import { Table, type Column } from "../parts/Table";
import { playersOf } from "../parts/words";
import { Link, type PageProps } from "../router";

/** A game: its card, its rules, what is measured, and who plays it. */
export default function GamePage({ parameters }: PageProps): JSX.Element {
  const name = parameters["name"] ?? "";
  const game = useResource<GameDetail>(`/games/${encodeURIComponent(name)}`);
  return (
    <>
      <PageTitle
        title={game.value?.title ?? capital(name)}
        above={<Link href="/games">Games</Link>}
        tools={
          game.value && (
            <>
              <Link href={`/play?game=${encodeURIComponent(name)}`} class="button primary">
                Play
              </Link>
              <Link href={`/start?game=${encodeURIComponent(name)}`} class="button">
                Start a tournament
              </Link>
            </>
          )
        }
      />
      <Await resource={game} what={`the game ${name}`} lines={8}>
        {(value) => <Body game={value} />}
      </Await>
    </>
  );
}

function Body({ game }: { readonly game: GameDetail }): JSX.Element {
  const written = rules[game.name] ?? rules[game.name.split("-")[0] ?? ""];
  return (
    <>
      <p class="lead">{game.summary}</p>
      <dl class="facts">
        <Fact name="Players" value={playersOf(game)} />
        <Fact name="Information" value={capital(game.information)} />
        <Fact name="Moves" value={game.chance ? `${capital(game.dynamics)}, with chance` : capital(game.dynamics)} />
        <Fact name="Returns" value={`${game.returns.map((end) => number(end)).join(" to ")}, ${game.utility}`} />
        <Fact name="Longest match" value={`${number(game.horizon)} steps`} />
        <Fact name="Rules" value={`version ${game.version}`} />
      </dl>
      <div class={written ? "game-grid" : "game-grid alone"}>
        {written && <Rules address={written} />}
        <div class="game-side">
          {game.agents.length > 0 && (
            <Card title="Who plays it">
              <ul class="names-list">
                {game.agents.map((agent) => (
                  <li key={agent}>
                    <AgentName name={agent} />
                  </li>
                ))}
              </ul>
            </Card>
          )}
          {game.presets.length > 0 && !written && (
            <Card title="Rule sets" note="Chosen when a tournament starts.">
              <dl class="definitions">
                {game.presets.map(({ name, summary }) => (
                  <div key={name}>
                    <dt>
                      <code>{name}</code>
                    </dt>
                    <dd>{summary}</dd>
                  </div>
                ))}
              </dl>
            </Card>
          )}
          <Card title="What is measured">
            <Table caption="Metrics" columns={METRICS} rows={game.metrics} keyOf={(metric) => metric.name} />
          </Card>
        </div>
      </div>
    </>
  );
}

const METRICS: readonly Column<Metric>[] = [
  { key: "title", title: "Metric", names: true, cell: (metric) => (metric.primary ? `${capital(metric.title)} (ranks)` : capital(metric.title)) },
  { key: "unit", title: "Unit", cell: (metric) => metric.unit },
  { key: "direction", title: "Better", cell: (metric) => (metric.direction === "neither" ? "–" : metric.direction) },
];

function Rules({ address }: { readonly address: string }): JSX.Element {
  const [html, setHtml] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    fetch(address, { signal: stop.signal })
      .then((answer) => (answer.ok ? answer.text() : "<p>The rules could not be read. Load the page again.</p>"))
      .then(setHtml, () => undefined);
    return () => stop.abort();
  }, [address]);
  // The text was made from the repository's own documents while building; nobody else's words are in it.
  return <article class="card prose">{html === null ? <Loading what="the rules" lines={12} /> : <div dangerouslySetInnerHTML={{ __html: html }} />}</article>;
}
