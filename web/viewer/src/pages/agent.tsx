import "../look/lists.css";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useResource } from "../api/resource";
import type { AgentDetail, AgentResult, Parameter } from "../api/types";
import { RatingCurve } from "../charts/RatingCurve";
import { roundedScale } from "../charts/scale";
import { AgentMarker } from "../parts/AgentName";
import { Await } from "../parts/Await";
import { Card } from "../parts/Card";
import { CommandLine } from "../parts/CommandLine";
import { Empty } from "../parts/Empty";
import { capital, commonDecimals, halfWidth, moment, number, percent, ranks, sentence } from "../parts/format";
import { colourOf } from "../parts/identity";
import { Interval } from "../parts/Interval";
import { PageTitle } from "../parts/PageTitle";
import { Fact } from "../parts/Progress";
import { Table, type Column } from "../parts/Table";
import { accessOf } from "../parts/words";
import { Link, type PageProps } from "../router";

/** An agent: its card, what it has reached, and how that went over time. */
export default function AgentPage({ parameters }: PageProps): JSX.Element {
  const spelling = parameters["spelling"] ?? "";
  const agent = useResource<AgentDetail>(`/agents/${encodeURIComponent(spelling)}`);
  return (
    <>
      <PageTitle title={spelling} above={<Link href="/agents">Agents</Link>}>
        <span class="agent-heading">
          <AgentMarker name={spelling} /> {spelling}
        </span>
      </PageTitle>
      <Await resource={agent} what={`the agent ${spelling}`} lines={8}>
        {(value) => <Body agent={value} spelling={spelling} />}
      </Await>
    </>
  );
}

function Body({ agent, spelling }: { readonly agent: AgentDetail; readonly spelling: string }): JSX.Element {
  return (
    <>
      <p class="lead">{sentence(agent.summary)}</p>
      <dl class="facts">
        <Fact name="Family" value={capital(agent.family)} />
        <Fact name="Version" value={String(agent.version)} />
        <Fact name="Sees" value={accessOf(agent)} />
        <Fact name="Given the same chance" value={agent.deterministic ? "decides the same" : "may decide otherwise"} />
        <Fact name="Games" value={agent.games.length > 0 ? agent.games.join(", ") : "any"} />
      </dl>
      {agent.parameters.length > 0 && <Parameters parameters={agent.parameters} />}
      {gamesOf(agent.results).map((game) => (
        <Results key={game} game={game} results={agent.results.filter((result) => result.game === game)} spelling={spelling} />
      ))}
      {agent.results.length === 0 && (
        <Empty title="It has not played in a stored tournament yet.">
          <Link href={`/start?agents=${encodeURIComponent(spelling)}`}>Start a tournament with it</Link>, or on the command line:
          <CommandLine command={`arena tournament dhumbal --agents ${spelling},random`} label="A tournament with this agent" />
        </Empty>
      )}
    </>
  );
}

function Parameters({ parameters }: { readonly parameters: readonly Parameter[] }): JSX.Element {
  return (
    <details class="parameters">
      <summary>Parameters</summary>
      <dl class="facts">
        {parameters.map(({ name, value }) => (
          <Fact key={name} name={name} value={<code>{value}</code>} />
        ))}
      </dl>
    </details>
  );
}

function gamesOf(results: readonly AgentResult[]): string[] {
  return [...new Set(results.map((result) => result.game))];
}

interface ResultsProps {
  readonly game: string;
  /** Oldest first. */
  readonly results: readonly AgentResult[];
  readonly spelling: string;
}

function Results({ game, results, spelling }: ResultsProps): JSX.Element {
  const newest = useMemo(() => [...results].reverse(), [results]);
  const columns = useMemo(() => columnsOf(results, spelling), [results, spelling]);
  return (
    <Card title={`Results in ${game}`} note="Scores depend on who else plays: compare those of tournaments with the same opponents.">
      {results.length > 1 && <RatingCurve results={results} name={spelling} />}
      <Table caption={`Results in ${game}`} columns={columns} rows={newest} keyOf={(result) => result.tournament} />
    </Card>
  );
}

function columnsOf(results: readonly AgentResult[], name: string): Column<AgentResult>[] {
  const scale = roundedScale(results.flatMap(({ score }) => [0, score.value, score.low, score.high]));
  const decimals = commonDecimals(results.map(({ score }) => halfWidth(score)));
  return [
    {
      key: "tournament",
      title: "Tournament",
      names: true,
      cell: (result) => <Link href={`/tournaments/${result.tournament}`}>Tournament {result.tournament}</Link>,
      order: (result) => result.tournament,
    },
    { key: "created", title: "Began", cell: (result) => moment(result.created), order: (result) => result.created },
    {
      key: "rank",
      title: "Rank",
      cell: (result) => (
        <span>
          <span class="rank">{ranks(result.rank_low, result.rank_high)}</span> <span class="none">of {result.of}</span>
        </span>
      ),
      order: (result) => result.rank_low / result.of,
    },
    {
      key: "score",
      title: results[0]?.unit ?? "Score",
      numeric: true,
      wide: true,
      cell: (result) => <Interval estimate={result.score} unit={result.unit} decimals={decimals} scale={scale} colour={colourOf(name)} reference={0} />,
      order: (result) => result.score.value,
    },
    { key: "wins", title: "Wins", numeric: true, cell: (result) => percent(result.wins?.value ?? null), order: (result) => result.wins?.value ?? null },
    { key: "matches", title: "Matches", numeric: true, cell: (result) => number(result.matches), order: (result) => result.matches },
  ];
}
