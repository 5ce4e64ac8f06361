import type { JSX } from "preact";
import { along, ticks, type Scale } from "./scale";

/** An axis below bars of the same scale; decoration, the numbers stand beside the bars. */
export function Axis({ scale, unit }: { readonly scale: Scale; readonly unit: string }): JSX.Element {
  return (
    <svg class="axis" width="100%" height="32" aria-hidden="true">
      <line x1="0" x2="100%" y1="1" y2="1" />
      {ticks(scale, 4).map(({ at, text }) => (
        <g key={text}>
          <line x1={`${along(scale, at)}%`} x2={`${along(scale, at)}%`} y1="1" y2="5" />
          <text x={`${along(scale, at)}%`} y="17" text-anchor="middle">
            {text}
          </text>
        </g>
      ))}
      <text x="50%" y="31" text-anchor="middle" class="axis-unit">
        {unit}
      </text>
    </svg>
  );
}
