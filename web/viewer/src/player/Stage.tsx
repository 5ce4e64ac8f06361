import type { JSX } from "preact";
import { Failure } from "../parts/Failure";
import { Loading } from "../parts/Loading";
import { asProblem } from "../api/resource";
import { rendererFor } from "../renderers";
import type { Playback } from "./playback";
import type { Side } from "./side";

/** What `Stage` takes. */
export interface StageProps {
  readonly side: Side;
  readonly playback: Playback;
}

/** The frame that is shown, drawn by its renderer, and the same in words for screen readers. */
export function Stage({ side, playback }: StageProps): JSX.Element {
  const problem = side.problem.value;
  if (problem !== null) return <Failure what="the frames" problem={asProblem(problem)} retry={() => void side.look(side.view.value)} />;
  const index = playback.index.value;
  const frame = side.frameAt(index);
  if (!frame) return <Loading what="the match" lines={12} />;
  const { Component } = rendererFor(frame.scene, side.match.game);
  const view = side.seen.value.view;
  return (
    <div class="pl-stage">
      <Component
        frame={frame}
        previous={side.previousAt(index)}
        view={view}
        seats={side.match.seats}
        playing={playback.playing.value ? playback.speed.value : null}
      />
      <div class="hidden" data-scene>
        {frame.scene.text}
      </div>
    </div>
  );
}
