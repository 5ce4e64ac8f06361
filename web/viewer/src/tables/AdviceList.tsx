import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useResource } from "../api/resource";
import type { Advice, AdviceRow, AgentCard, Listed } from "../api/types";
import { AgentMarker } from "../parts/AgentName";
import { Await } from "../parts/Await";
import { Card } from "../parts/Card";
import { count } from "../parts/format";
import { Icon } from "../parts/Icon";
import { Link } from "../router";
import { nameOf } from "./Ending";
import { opponents } from "./wish";

/** Who is asked where nobody chooses. */
const ADVISER = "ismcts";

/** What `AdviceList` takes. */
export interface AdviceListProps {
  readonly match: string;
  /** Whose decisions. */
  readonly seat: number;
  /** The game's spelling. */
  readonly game: string;
}

/** What a strong agent would have done at each of one's decisions, seeing what one saw. */
export function AdviceList({ match, seat, game }: AdviceListProps): JSX.Element | null {
  const agents = useResource<Listed<AgentCard>>("/agents", { game: nameOf(game) });
  const able = opponents(agents.value?.items ?? []).filter(({ family }) => family !== "baseline");
  const [chosen, choose] = useState(ADVISER);
  const agent = able.some(({ name }) => name === chosen) ? chosen : able[0]?.name;
  const advice = useResource<Advice>(agent ? `/matches/${encodeURIComponent(match)}/advice` : null, { seat, agent });
  if (!agent) return null;
  return (
    <Card
      class="advice"
      title={`What ${agent} would have done`}
      note="It was asked at every decision of yours at which more than one thing was legal, and saw no more than you did."
      tools={
        <label class="field-inline">
          Ask
          <select value={agent} onChange={(event) => choose(event.currentTarget.value)}>
            {able.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Await resource={advice} what={`what ${agent} would have done`} lines={6}>
        {({ items }) => (items.length === 0 ? <p>You had nothing to decide.</p> : <Rows items={items} agent={agent} match={match} seat={seat} />)}
      </Await>
    </Card>
  );
}

interface RowsProps {
  readonly items: readonly AdviceRow[];
  readonly agent: string;
  readonly match: string;
  readonly seat: number;
}

function Rows({ items, agent, match, seat }: RowsProps): JSX.Element {
  const same = items.filter(({ agrees }) => agrees).length;
  return (
    <>
      <p class="advice-sum">
        You and {agent} agree in <strong>{same}</strong> of {count(items.length, "decision")}.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Decisions">
        <table class="advice-rows">
          <thead>
            <tr>
              <th scope="col">Ply</th>
              <th scope="col">You</th>
              <th scope="col">
                <span class="advice-agent">
                  <AgentMarker name={agent} /> {agent}
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ ply, says, advice, agrees }) => (
              <tr key={ply} class={agrees ? "advice-same" : "advice-other"}>
                <td>
                  <Link href={`/matches/${encodeURIComponent(match)}?ply=${ply}&view=${seat}`} aria-label={`Look at ply ${ply + 1} in the replay`}>
                    {ply + 1}
                  </Link>
                </td>
                <td>{says}</td>
                <td>
                  {agrees ? (
                    <span class="advice-agrees">
                      <Icon name="check" size={16} /> the same
                    </span>
                  ) : (
                    advice
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
