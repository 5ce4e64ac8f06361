import "../look/tournament.css";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLive } from "../api/live";
import { useResource } from "../api/resource";
import type { Convergence as ConvergenceData, GameDetail, Pairs, Progress, Ranking, TournamentDetail } from "../api/types";
import { Convergence } from "../charts/Convergence";
import { Forest } from "../charts/Forest";
import { Matrix } from "../charts/Matrix";
import { Await } from "../parts/Await";
import { Card } from "../parts/Card";
import { CommandLine } from "../parts/CommandLine";
import { Empty } from "../parts/Empty";
import { capital, count, duration, moment, sentence } from "../parts/format";
import { Matches } from "../parts/Matches";
import { PageTitle } from "../parts/PageTitle";
import { Fact, ProgressLine, StateBadge } from "../parts/Progress";
import { RankingTable } from "../parts/RankingTable";
import { Steering } from "../parts/Steering";
import { Link, setQuery, type PageProps } from "../router";

/** A tournament: its ranking, everybody against everybody, how the estimates settled, and its matches. */
export default function TournamentPage({ parameters, query }: PageProps): JSX.Element {
  const id = parameters["id"] ?? "";
  const detail = useResource<TournamentDetail>(`/tournaments/${encodeURIComponent(id)}`);
  const value = detail.value;
  const live = useLive(value?.state === "running" ? value.id : null);
  const ended = live.state !== null && live.state !== "running";
  useEffect(() => {
    if (ended) detail.reload();
  }, [ended]);
  const game = value ? (value.game.split(/[:(]/)[0] ?? value.game) : null;
  return (
    <>
      <PageTitle
        title={`Tournament ${id}`}
        above={<Link href="/tournaments">Tournaments</Link>}
        tools={value && <Steering tournament={value.id} state={value.state} onDone={detail.reload} />}
      >
        Tournament {id} {value && <StateBadge state={value.state} />}
      </PageTitle>
      <Await resource={detail} what={`tournament ${id}`} lines={8}>
        {(tournament) => (
          <Body tournament={tournament} game={game ?? tournament.game} progress={live.progress ?? tournament.progress} changes={live.changes} query={query} />
        )}
      </Await>
    </>
  );
}

interface BodyProps {
  readonly tournament: TournamentDetail;
  readonly game: string;
  readonly progress: Progress;
  /** Counts up when the ranking should be read again. */
  readonly changes: number;
  readonly query: URLSearchParams;
}

function Body({ tournament, game, progress, changes, query }: BodyProps): JSX.Element {
  const round = roundOf(tournament, query.get("round"));
  const by = query.get("by");
  const path = `/tournaments/${tournament.id}`;
  const ranking = useResource<Ranking>(`${path}/ranking`, { round, by, limit: 100 });
  const pairs = useResource<Pairs>(`${path}/pairs`, { round, by });
  const settling = useResource<ConvergenceData>(`${path}/convergence`, { round, by });
  useEffect(() => {
    if (changes === 0) return;
    for (const each of [ranking, pairs, settling]) each.reload();
  }, [changes]);
  const many = tournament.agents.length > 9;
  return (
    <>
      <Head tournament={tournament} progress={progress} />
      <Choices tournament={tournament} game={game} round={round} by={by} />
      <div class={many ? "tournament-grid many" : "tournament-grid"}>
        <div class="tournament-column">
          <Card title="Ranking" class="tournament-ranking">
            <Await resource={ranking} what="the ranking" lines={tournament.agents.length * 2}>
              {(found) => <RankingPart ranking={found} />}
            </Await>
          </Card>
          <Card title="Differences of pairs" class="tournament-forest" note={`The better one less the other. Lines are 95\u202f% intervals; a dot marks what is significant after ${pairs.value?.correction ?? "correction"}.${pairs.value?.neighbours_only ? " The field is large: neighbours in the ranking only." : ""}`}>
            <Await resource={pairs} what="the pairs" lines={8}>
              {(met) => (met.items.length > 0 ? <Forest rows={ranking.value?.items ?? []} pairs={met} /> : <NoPairs />)}
            </Await>
          </Card>
        </div>
        <div class="tournament-column">
          <Card title="Head to head" class="tournament-matrix">
            <Await resource={ranking} what="the ranking" lines={tournament.agents.length}>
              {(found) => (
                <Await resource={pairs} what="the pairs" lines={tournament.agents.length}>
                  {(met) => (met.items.length > 0 ? <Matrix rows={found.items} pairs={met} /> : <NoPairs />)}
                </Await>
              )}
            </Await>
          </Card>
          <Card title="Convergence" class="tournament-convergence">
            <Await resource={settling} what="the running means" lines={8}>
              {(found) =>
                found.blocks.length > 1 ? (
                  <Convergence data={found} order={ranking.value?.items.map((row) => row.agent) ?? []} />
                ) : (
                  <Empty title="Too early to draw.">Curves begin with the second block.</Empty>
                )
              }
            </Await>
          </Card>
        </div>
      </div>
      <Matches tournament={tournament.id} round={round} agents={tournament.agents} changes={changes} />
    </>
  );
}

function NoPairs(): JSX.Element {
  return <Empty title="No pair has met often enough yet.">Differences need two blocks in which both took part.</Empty>;
}

/** The round that was asked for, or null: the last one, or all of them together where the format has such a ranking. */
function roundOf(tournament: TournamentDetail, asked: string | null): number | null {
  const wanted = Number(asked ?? Number.NaN);
  return tournament.rounds.some(({ number }) => number === wanted) ? wanted : null;
}

function Head({ tournament, progress }: { readonly tournament: TournamentDetail; readonly progress: Progress }): JSX.Element {
  return (
    <section class="tournament-head" aria-label="About this tournament">
      <p class="lead">{sentence(tournament.estimand)}</p>
      {tournament.state !== "finished" && <ProgressLine progress={progress} />}
      <dl class="facts">
        <Fact name="Game" value={<Link href={`/games/${encodeURIComponent(tournament.game.split(/[:(]/)[0] ?? "")}`}>{tournament.game}</Link>} />
        <Fact name="Format" value={capital(tournament.format)} />
        {tournament.state === "finished" && <Fact name="Played" value={`${count(tournament.blocks, "block")}, ${count(tournament.matches, "match", "matches")}`} />}
        <Fact name="Began" value={moment(tournament.created)} />
        {tournament.state === "finished" && <Fact name="Took" value={duration(tournament.seconds)} />}
        {tournament.conditions.map(({ name, value }) => (
          <Fact key={name} name={capital(name)} value={value} />
        ))}
      </dl>
      <CommandLine command={tournament.command} label="The command that plays this tournament again" />
      <Notes notes={tournament.notes} />
    </section>
  );
}

function Notes({ notes }: { readonly notes: readonly string[] }): JSX.Element | null {
  if (notes.length === 0) return null;
  return (
    <ul class="notes">
      {notes.map((note) => (
        <li key={note}>{sentence(note)}</li>
      ))}
    </ul>
  );
}

interface ChoicesProps {
  readonly tournament: TournamentDetail;
  readonly game: string;
  readonly round: number | null;
  readonly by: string | null;
}

function Choices({ tournament, game, round, by }: ChoicesProps): JSX.Element {
  const [asked] = useState(game);
  const metrics = (useResource<GameDetail>(`/games/${encodeURIComponent(asked)}`).value?.metrics ?? []).filter(({ direction }) => direction !== "neither");
  const primary = metrics.find((metric) => metric.primary)?.name ?? "";
  return (
    <div class="choices">
      {tournament.rounds.length > 1 && (
        <label class="field-inline">
          Round
          <select value={round === null ? "" : String(round)} onChange={(event) => setQuery({ round: event.currentTarget.value || null })}>
              <option value="">As it stands</option>
            {tournament.rounds.map(({ number, title, blocks }) => (
              <option key={number} value={String(number)}>
                {capital(title)}, {count(blocks, "block")}
              </option>
            ))}
          </select>
        </label>
      )}
      {metrics.length > 1 && (
        <label class="field-inline">
          Rank by
          <select value={by ?? primary} onChange={(event) => setQuery({ by: event.currentTarget.value === primary ? null : event.currentTarget.value })}>
            {metrics.map(({ name, title, unit }) => (
              <option key={name} value={name}>
                {title} ({unit})
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

function RankingPart({ ranking }: { readonly ranking: Ranking }): JSX.Element {
  if (ranking.items.length === 0) return <Empty title="No block is complete yet.">The ranking begins with the first one.</Empty>;
  const lettered = ranking.items.some((row) => row.letters);
  return (
    <>
      <RankingTable ranking={ranking} />
      <p class="legend">
        Rank: the ranks an agent may have. Dot and line: estimate and 95{"\u202f"}% interval.
        {lettered ? " Agents that share a letter are not told apart." : ""}
      </p>
    </>
  );
}
