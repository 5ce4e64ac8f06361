import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, useResource } from "../api/resource";
import type { GameCard, SeatInfo, TableDetail } from "../api/types";
import { AgentName } from "../parts/AgentName";
import { Card } from "../parts/Card";
import { capital, sentence, signed } from "../parts/format";
import { seatNames } from "../player/names";
import { Link, navigate } from "../router";
import { AdviceList } from "./AdviceList";
import { DeleteButton } from "./DeleteButton";
import { openTable } from "./open";
import { deleteMatch, replayOf } from "./OwnMatches";
import type { Seen } from "./seen";
import { dropTable, type OwnTable } from "./storage";

/** What `Ending` takes. */
export interface EndingProps {
  readonly table: TableDetail;
  readonly own: OwnTable | null;
  readonly seen: Seen;
  readonly seats: readonly SeatInfo[];
  /** How the last round has ended; "" where the renderer says nothing of it. */
  readonly told: string;
}

/** How it ended, in words and numbers, where to go from here, and what a strong agent would have done. */
export function Ending({ table, own, seen, seats, told }: EndingProps): JSX.Element {
  const [deleted, setDeleted] = useState(false);
  const heading = useRef<HTMLDivElement>(null);
  useEffect(() => heading.current?.scrollIntoView({ block: "nearest" }), []);
  const { outcome, match } = seen;
  if (!outcome) return <></>;
  return (
    <div class="ending" ref={heading}>
      <Card title={own ? `${placeOf(outcome.scores, own.seat)}.` : "The match is over."} note={told || sentence(`the match ended: ${outcome.reason}`)}>
        <Scores table={table} seen={seen} seats={seats} mine={own?.seat ?? null} />
        <Next table={table} own={own} match={deleted ? null : match} onDeleted={() => setDeleted(true)} />
        {deleted && <p role="status">The match was deleted for good.</p>}
      </Card>
      {own && match && !deleted && <AdviceList match={match} seat={own.seat} game={table.game} />}
    </div>
  );
}

function Scores({ table, seen, seats, mine }: { readonly table: TableDetail; readonly seen: Seen; readonly seats: readonly SeatInfo[]; readonly mine: number | null }): JSX.Element {
  const game = useResource<GameCard>(`/games/${encodeURIComponent(nameOf(table.game))}`);
  const metric = game.value?.metrics.find(({ primary }) => primary);
  const values = metric ? (seen.outcome?.metrics[metric.name] ?? []) : [];
  const scores = seen.outcome?.scores ?? [];
  const names = seatNames(seats);
  const order = [...scores.keys()].sort((one, two) => (scores[two] ?? 0) - (scores[one] ?? 0));
  const told = metric && values.every((each) => each !== null) ? { title: metric.title || metric.name, unit: metric.unit, values } : { title: "score", unit: "", values: scores };
  const decimals = told.values.every((each) => Number.isInteger(each ?? 0)) ? 0 : 2;
  return (
    <table class="ending-scores">
      <caption class="hidden">Scores, the best first</caption>
      <thead>
        <tr>
          <th scope="col">Place</th>
          <th scope="col">Player</th>
          <th scope="col" class="ending-number">
            {capital(told.title)}
            {told.unit && !told.title.includes(told.unit.split("/")[0] ?? "") && <small> ({told.unit})</small>}
          </th>
        </tr>
      </thead>
      <tbody>
        {order.map((seat) => (
          <tr key={seat} class={seat === mine ? "ending-mine" : ""}>
            <td>{rankOf(scores, seat)}</td>
            <th scope="row">
              <AgentName name={names[seat] ?? ""} link={false} />
            </th>
            <td class="ending-number">{signed(told.values[seat] ?? null, decimals)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface NextProps {
  readonly table: TableDetail;
  readonly own: OwnTable | null;
  readonly match: string | null;
  readonly onDeleted: () => void;
}

function Next({ table, own, match, onDeleted }: NextProps): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const failed = (error: unknown): void => {
    setBusy(false);
    setProblem(asProblem(error).message);
  };
  const request = own?.request ?? null;
  const again = (): void => {
    if (!own || !request) return;
    setBusy(true);
    openTable(request, table.title, own.seat).then((id) => navigate(`/play/${encodeURIComponent(id)}`), failed);
  };
  const takeAway = (): void => {
    if (!own || !match) return;
    deleteMatch(match, own.key).then(() => {
      dropTable(own.id);
      onDeleted();
    }, failed);
  };
  return (
    <div class="ending-next">
      {request && (
        <button type="button" class="button primary" disabled={busy} onClick={again}>
          Play again
        </button>
      )}
      {match && (
        <Link class="button" href={own ? replayOf(match, own.seat) : `/matches/${encodeURIComponent(match)}`}>
          Watch the replay
        </Link>
      )}
      <Link class="button" href="/play">
        {own ? "Another table" : "Play yourself"}
      </Link>
      {own && match && <DeleteButton what="Delete this match" onDelete={takeAway} />}
      <p class="form-problem" role="alert">
        {problem}
      </p>
    </div>
  );
}

/** A game's name without its parameters. */
export function nameOf(spelled: string): string {
  return spelled.split(/[(:]/)[0] ?? spelled;
}

/** The place of a seat: 1 for the best; those who are equal share theirs. */
export function rankOf(scores: readonly number[], seat: number): number {
  return 1 + scores.filter((score) => score > (scores[seat] ?? -Infinity)).length;
}

/** "You win", "You come 2nd of 4", "You share 1st place of 3". */
export function placeOf(scores: readonly number[], seat: number): string {
  const rank = rankOf(scores, seat);
  if (scores.length < 2) return `You score ${scores[seat] ?? 0}`;
  const equals = scores.filter((score) => score === scores[seat]).length;
  if (equals > 1) return equals === scores.length ? "A draw" : `You share place ${rank} of ${scores.length}`;
  if (rank === 1) return "You win";
  return scores.length === 2 ? "You lose" : `You come ${ordinal(rank)} of ${scores.length}`;
}

function ordinal(rank: number): string {
  const teen = rank % 100 > 10 && rank % 100 < 14;
  return `${rank}${teen ? "th" : (["th", "st", "nd", "rd"][rank % 10] ?? "th")}`;
}
