import "./player.css";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Mark, Viewpoint } from "../api/types";
import { Announcer } from "./Announcer";
import { Controls, Tool } from "./Controls";
import { Help } from "./Help";
import { useKeys, type Command } from "./keys";
import { Log } from "./Log";
import { firstDifference, turnFrom } from "./navigation";
import { Playback } from "./playback";
import { ShareButton } from "./ShareButton";
import { Side } from "./side";
import type { FrameSource } from "./source";
import { Stage } from "./Stage";
import { SideHead } from "./SideHead";
import { Thoughts } from "./Thoughts";
import { Timeline } from "./Timeline";
import { usePlace, type Start } from "./usePlace";
import { ViewSwitch } from "./ViewSwitch";

/** What `Player` takes. */
export interface PlayerProps {
  /** The match, or two that are shown side by side in step. The array must stay the same while they do. */
  readonly sources: readonly FrameSource[];
  readonly start?: Start;
  /** Whether only the table and the controls are shown. */
  readonly bare?: boolean;
  /** Told, not more often than a few times a second, where the reader is. */
  readonly onPlace?: (ply: number, views: readonly Viewpoint[]) => void;
  /** Leads to a comparison; without it there is no such button. */
  readonly onCompare?: () => void;
  /** The address of what is shown, to be copied; without it there is no such button. */
  readonly address?: () => string;
  /** Given the playback and the sides once, for those who steer from outside. */
  readonly onReady?: (playback: Playback, sides: readonly Side[]) => void;
}

/** Shows a match, or two in step: table, controls, timeline, moves, thoughts. */
export function Player({ sources, start = {}, bare = false, onPlace, onCompare, address, onReady }: PlayerProps): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const { playback, sides } = useMatch(sources, start);
  const [thoughts, showThoughts] = useState(true);
  const [help, showHelp] = useState(false);
  usePlace(playback, sides, start, onPlace);
  useEffect(() => onReady?.(playback, sides), [playback, sides]);
  const first = sides[0];
  const screen = (): void => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void root.current?.requestFullscreen?.().catch(() => undefined);
  };
  useKeys((command) => obey(command, { playback, sides, screen, thoughts: () => showThoughts(!thoughts), help: () => showHelp(true), compare: () => onCompare?.() }));
  const marks = useMarks(sides);
  if (!first) return <p>There is no match to show.</p>;
  const inWords = (index: number): string => placeInWords(first, index, playback.last);
  const single = sides.length === 1;
  const letters = single ? [] : ["A", "B"];
  return (
    <div ref={root} class={["pl", bare && "pl-bare", !single && "pl-double"].filter(Boolean).join(" ")}>
      <div class="pl-stages">
        {sides.map((side, place) => (
          <div class="pl-side" key={place}>
            {!single && <SideHead side={side} letter={letters[place] ?? ""} />}
            <Stage side={side} playback={playback} />
          </div>
        ))}
      </div>
      <Controls playback={playback} marks={marks} inWords={inWords}>
        <span class="pl-tools">
          {onCompare && <Tool icon="compare" label="Compare with another match (c)" click={onCompare} />}
          {address && <ShareButton address={address} />}
          <Tool icon="screen" label="Full screen (f)" click={screen} />
          <Tool icon="help" label="Keys (?)" click={() => showHelp(true)} />
        </span>
        {single && (
          <div class="pl-views">
            <ViewSwitch side={first} />
          </div>
        )}
      </Controls>
      {!bare && single && <Timeline side={first} playback={playback} />}
      {!bare &&
        sides.map((side, place) => (
          <div class="pl-panels" key={place}>
            <Log side={side} playback={playback} letter={letters[place] ?? ""} />
            <Thoughts side={side} playback={playback} open={thoughts} onToggle={() => showThoughts(!thoughts)} letter={letters[place] ?? ""} />
          </div>
        ))}
      <Announcer side={first} playback={playback} />
      {help && <Help onClose={() => showHelp(false)} />}
    </div>
  );
}

/** Made once for the sources; the frames of the first viewpoints are asked for at once. */
function useMatch(sources: readonly FrameSource[], start: Start): { readonly playback: Playback; readonly sides: readonly Side[] } {
  const made = useMemo(() => {
    const sides = sources.map((source, place) => new Side(source, start.views?.[place] ?? null));
    const count = Math.max(1, ...sources.map(({ match }) => match.frames));
    const worthALook = new Set(sources.flatMap(({ match }) => match.marks.map((mark) => mark.frame)));
    const playback = new Playback({ count, worthALook, ...(start.speed === undefined ? {} : { speed: start.speed }) });
    return { playback, sides };
  }, [sources]);
  useEffect(() => {
    for (const side of made.sides) void side.look(side.view.value);
    return () => made.playback.dispose();
  }, [made]);
  return made;
}

/** The marks of the match; of two matches those of both, and where they differ first. */
function useMarks(sides: readonly Side[]): readonly Mark[] {
  const seen = sides.map((side) => side.seen.value.frames);
  return useMemo(() => {
    const marks = sides.flatMap((side) => side.match.marks);
    const [one, other] = seen;
    if (!one?.length || !other?.length) return marks;
    const place = firstDifference(one, other);
    return place === null ? marks : [...marks, { frame: place, ply: one[place]?.ply ?? place, kind: "difference", text: "first difference" }];
  }, [sides, ...seen]);
}

interface Means {
  readonly playback: Playback;
  readonly sides: readonly Side[];
  readonly screen: () => void;
  readonly thoughts: () => void;
  readonly help: () => void;
  readonly compare: () => void;
}

function obey(command: Command, means: Means): void {
  const { playback, sides } = means;
  const frames = sides[0]?.seen.value.frames ?? [];
  if (command.does === "step") playback.step(command.by);
  else if (command.does === "turn") playback.step(turnFrom(frames, playback.index.value, command.by) - playback.index.value);
  else if (command.does === "speed") playback.changeSpeed(command.by);
  else if (command.does === "start") playback.step(-playback.last);
  else if (command.does === "end") playback.step(playback.last);
  else if (command.does === "toggle") playback.toggle();
  else if (command.does === "view") for (const side of sides) void side.look(command.view);
  else means[command.does]();
}

function placeInWords(side: Side, index: number, last: number): string {
  const frame = side.frameAt(index);
  return `ply ${frame?.ply ?? index} of ${side.match.plies || last}`;
}
