import type { JSX } from "preact";
import { Link } from "../router";
import { colourOf, identityOf, type Shape } from "./identity";

const FILLED: Partial<Record<Shape, string>> = {
  circle: "M6 1a5 5 0 1 0 0 10A5 5 0 1 0 6 1Z",
  square: "M1.5 1.5h9v9h-9Z",
  diamond: "M6 0 12 6 6 12 0 6Z",
  triangle: "M6 .5 11.8 11H.2Z",
  down: "M6 11.5 .2 1h11.6Z",
  plus: "M4.25 .5h3.5v3.75h3.75v3.5H7.75v3.75h-3.5V7.75H.5v-3.5h3.75Z",
};
const OPEN: Partial<Record<Shape, string>> = {
  ring: "M6 2a4 4 0 1 0 0 8A4 4 0 1 0 6 2Z",
  box: "M2.25 2.25h7.5v7.5h-7.5Z",
  lozenge: "M6 1.3 10.7 6 6 10.7 1.3 6Z",
  outline: "M6 2.4 10 10H2Z",
};

/** The outline of a marker in a box of 12 by 12. */
export function markerPath(shape: Shape): { readonly path: string; readonly filled: boolean } {
  const filled = FILLED[shape];
  return filled ? { path: filled, filled: true } : { path: OPEN[shape] ?? "", filled: false };
}

/** An agent's marker alone; decoration, its name stands beside it. */
export function AgentMarker({ name }: { readonly name: string }): JSX.Element {
  const { path, filled } = markerPath(identityOf(name).shape);
  const colour = colourOf(name);
  return (
    <svg class="marker" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path d={path} style={filled ? { fill: colour } : { fill: "none", stroke: colour, strokeWidth: "2.2px" }} />
    </svg>
  );
}

/** What `AgentName` takes. */
export interface AgentNameProps {
  /** The agent's spelling: `greedy`, `ismcts(simulations=50)`. */
  readonly name: string;
  /** Whether it leads to the agent's page; yes unless told. */
  readonly link?: boolean;
}

/** An agent's marker and name. */
export function AgentName({ name, link = true }: AgentNameProps): JSX.Element {
  return (
    <span class="agent-name">
      <AgentMarker name={name} />
      {link && name !== "human" ? <Link href={`/agents/${encodeURIComponent(name)}`}>{name}</Link> : <span>{name}</span>}
    </span>
  );
}
