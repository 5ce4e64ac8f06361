import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { AgentRow, Ranking } from "../api/types";
import { roundedScale } from "../charts/scale";
import { AgentName } from "./AgentName";
import { commonDecimals, count, halfWidth, inWords, number, percent, perDecision, ranks, THIN } from "./format";
import { colourOf } from "./identity";
import { Interval } from "./Interval";
import { Table, type Column } from "./Table";

/** What `RankingTable` takes. */
export interface RankingTableProps {
  readonly ranking: Ranking;
  /** Rank, agent and score alone. */
  readonly brief?: boolean;
}

/** Agents with the ranks they may have, their tiers, and their scores as intervals on one common scale. */
export function RankingTable({ ranking, brief = false }: RankingTableProps): JSX.Element {
  const columns = useMemo(() => columnsOf(ranking, brief), [ranking, brief]);
  return (
    <Table
      caption={`Ranking by ${ranking.metric}, ${ranking.unit}`}
      columns={columns}
      rows={ranking.items}
      keyOf={(row) => row.agent}
      rowClass={(row, sorted) => (!sorted && startsTier(ranking.items, row) ? "starts-tier" : "")}
    />
  );
}

function startsTier(rows: readonly AgentRow[], row: AgentRow): boolean {
  const before = rows[rows.indexOf(row) - 1];
  return before !== undefined && before.tier !== row.tier;
}

function columnsOf(ranking: Ranking, brief: boolean): Column<AgentRow>[] {
  const { items, unit, metric } = ranking;
  const scale = roundedScale(items.flatMap(({ score }) => [score.value, score.low, score.high]));
  const decimals = commonDecimals(items.map(({ score }) => halfWidth(score)));
  const shared = items.some((row) => row.letters);
  const rank: Column<AgentRow> = {
    key: "rank",
    title: "Rank",
    hint: "The ranks that the agent may have: those above it for sure are better, those below it for sure are worse",
    cell: (row) => <span class="rank">{ranks(row.rank_low, row.rank_high)}</span>,
    order: (row) => row.rank,
  };
  const agent: Column<AgentRow> = {
    key: "agent",
    title: "Agent",
    names: true,
    cell: (row) => (
      <span class="ranked-agent">
        <AgentName name={row.name} />
        {shared && (
          <span class="letters" title="Agents that share a letter are not told apart">
            {row.letters}
          </span>
        )}
      </span>
    ),
    order: (row) => row.name,
  };
  const score: Column<AgentRow> = {
    key: "score",
    title: unitTitle(metric, unit),
    wide: true,
    numeric: true,
    cell: (row) => (
      <Interval estimate={row.score} unit={unit} decimals={decimals} scale={scale} colour={colourOf(row.name)} reference={0} />
    ),
    order: (row) => row.score.value,
  };
  if (brief) return [rank, agent, score];
  return [rank, tierColumn, agent, score, ...restOf(items)];
}

function unitTitle(metric: string, unit: string): string {
  const [words, small] = [metric.replaceAll("_", " "), unit];
  return small.startsWith(words) ? small : `${words}, ${small}`;
}

const tierColumn: Column<AgentRow> = {
  key: "tier",
  title: "Tier",
  hint: "Every agent of a tier is surely better than some agent of the next one",
  cell: (row) => <span class={`tier tier-${Math.min(row.tier, 4)}`}>{row.tier}</span>,
  order: (row) => row.tier,
};

function restOf(items: readonly AgentRow[]): Column<AgentRow>[] {
  const made: Column<AgentRow>[] = [];
  if (items.some((row) => row.wins?.value != null)) {
    made.push({
      key: "wins",
      title: "Wins",
      numeric: true,
      cell: (row) =>
        row.wins && (
          <span title={inWords({ value: share(row.wins.value), low: share(row.wins.low), high: share(row.wins.high) }, `${THIN}%`, 1)}>
            {percent(row.wins.value)}
            <span class="interval-half">±{THIN}{number(share(halfWidth(row.wins)), 0)}</span>
          </span>
        ),
      order: (row) => row.wins?.value ?? null,
    });
  }
  made.push({ key: "matches", title: "Matches", numeric: true, cell: (row) => number(row.matches), order: (row) => row.matches });
  made.push({
    key: "time",
    title: "Time",
    hint: "Mean time of a decision",
    numeric: true,
    cell: (row) => perDecision(row.ms_per_decision),
    order: (row) => row.ms_per_decision,
  });
  made.push({
    key: "faults",
    title: "Faults",
    hint: "Illegal actions, crashes, time-outs",
    numeric: true,
    cell: (row) => (
      <span class={row.faults ? "has-faults" : "none"} title={count(row.faults, "fault")}>
        {number(row.faults)}
      </span>
    ),
    order: (row) => row.faults,
  });
  return made;
}

function share(value: number | null): number | null {
  return value === null ? null : value * 100;
}
