import type { ComponentChildren, JSX } from "preact";
import type { Mark } from "../api/types";
import { SPEEDS, type Playback } from "./playback";
import { PlayerIcon, type PlayerIconName } from "./PlayerIcon";
import { Scrubber } from "./Scrubber";

/** What `Controls` takes. */
export interface ControlsProps {
  readonly playback: Playback;
  readonly marks: readonly Mark[];
  readonly inWords: (index: number) => string;
  /** More controls at the right, such as the viewpoints. */
  readonly children?: ComponentChildren;
}

/** The slider and the buttons below it. */
export function Controls({ playback, marks, inWords, children }: ControlsProps): JSX.Element {
  return (
    <div class="pl-controls" role="group" aria-label="Controls">
      <Scrubber playback={playback} marks={marks} inWords={inWords} />
      <div class="pl-buttons">
        <div class="pl-transport">
          <Tool icon="start" label="To the start" click={() => playback.step(-playback.last)} />
          <Tool icon="back" label="One ply back" click={() => playback.step(-1)} />
          <PlayButton playback={playback} />
          <Tool icon="next" label="One ply on" click={() => playback.step(1)} />
          <Tool icon="end" label="To the end" click={() => playback.step(playback.last)} />
        </div>
        <Speed playback={playback} />
        <Counter playback={playback} inWords={inWords} />
        {children}
      </div>
    </div>
  );
}

/** What `Tool` takes. */
export interface ToolProps {
  readonly icon: PlayerIconName;
  readonly label: string;
  readonly click: () => void;
}

/** A button that is an icon. */
export function Tool({ icon, label, click }: ToolProps): JSX.Element {
  return (
    <button type="button" class="pl-tool" title={label} aria-label={label} onClick={click}>
      <PlayerIcon name={icon} />
    </button>
  );
}

function PlayButton({ playback }: { readonly playback: Playback }): JSX.Element {
  const playing = playback.playing.value;
  const label = playing ? "Pause" : "Play";
  return (
    <button type="button" class="pl-tool pl-play" title={`${label} (space)`} aria-label={label} onClick={() => playback.toggle()}>
      <PlayerIcon name={playing ? "pause" : "play"} />
    </button>
  );
}

function Counter({ playback, inWords }: { readonly playback: Playback; readonly inWords: (index: number) => string }): JSX.Element {
  return <span class="pl-counter">{inWords(playback.index.value)}</span>;
}

function Speed({ playback }: { readonly playback: Playback }): JSX.Element {
  return (
    <label class="pl-speed">
      <span class="hidden">Speed</span>
      <select value={String(playback.speed.value)} onChange={(event) => playback.setSpeed(Number(event.currentTarget.value))}>
        {SPEEDS.map((speed) => (
          <option key={speed} value={String(speed)}>
            {speed}×
          </option>
        ))}
      </select>
    </label>
  );
}
