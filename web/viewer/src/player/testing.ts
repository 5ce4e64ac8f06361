/** Frames for the tests, without a server. */
import type { Frame, FrameAction, MatchDetail, Scene } from "../api/types";

/** A frame with little in it. */
export function frameOf(index: number, changes: Partial<Frame> = {}, data: Readonly<Record<string, unknown>> = {}): Frame {
  const scene: Scene = { kind: "text", version: 1, data, text: `frame ${index}`, highlights: [] };
  return { index, ply: index, step: index, actors: [], actions: [], scene, over: false, ...changes };
}

/** An action that says something. */
export function action(player: number, says: string): FrameAction {
  return { player, says, micros: null, thoughts: null, fault: null };
}

/** Frames in which the players act in this order, and one more at the end. */
export function match(actors: readonly number[]): readonly Frame[] {
  const frames = actors.map((player, index) => frameOf(index, { actors: [player], actions: [action(player, `move ${index}`)] }));
  return [...frames, frameOf(actors.length, { over: true })];
}

/** A match with so many seats, named a, b, c ... */
export function detail(seats: number, changes: Partial<MatchDetail> = {}): MatchDetail {
  return {
    id: "1-0-0-0",
    game: "dhumbal",
    game_version: "1",
    title: "Dhumbal",
    seats: Array.from({ length: seats }, (_, seat) => ({ seat, agent: "abcde".charAt(seat), name: "abcde".charAt(seat), version: "1", digest: null })),
    conditions: [],
    seed: null,
    software: "",
    reason: null,
    scores: [],
    metrics: {},
    faults: [],
    plies: 0,
    frames: 1,
    human: false,
    live: false,
    tournament: null,
    viewpoints: ["public", "open"],
    replayable: true,
    problem: null,
    marks: [],
    series: [],
    ...changes,
  };
}
