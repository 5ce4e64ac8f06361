/** The end of a round in one sentence, made from the tables before and after it. */
import type { RoundResult, TableState } from "./model";

/** What each seat won or lost with the end of the round: coins or points after less before. Empty where nobody knows. */
export function changesOf(before: TableState | null, after: TableState): readonly number[] {
  if (!before) return [];
  return after.seats.map((seat, place) => seat.wealth - (before.seats[place]?.wealth ?? seat.wealth));
}

/** "Asha calls with 4; Bimal shows 3 and wins; Asha pays 61." Empty where no round has ended. */
export function sentenceOf(before: TableState | null, after: TableState, names: readonly string[]): string {
  const { result } = after;
  if (!result) return "";
  const changes = changesOf(before, after);
  const told: Telling = { result, changes, names, points: after.economy === "points" };
  if (result.reason === "a right call") return rightCall(told, "calls with");
  if (result.reason === "an empty hand") return rightCall(told, "throws the last card and counts as calling with");
  if (result.reason === "a wrong call") return wrongCall(told);
  return sentence([opening(told), ...settled(told, null)]);
}

interface Telling {
  readonly result: RoundResult;
  readonly changes: readonly number[];
  readonly names: readonly string[];
  readonly points: boolean;
}

function rightCall(told: Telling, calls: string): string {
  const { result, changes, points } = told;
  const caller = result.caller ?? result.winner;
  if (caller === null) return sentence([opening(told), ...settled(told, null)]);
  const gain = changes[caller];
  const wins = points || gain === undefined ? "wins" : `wins ${gain}`;
  return sentence([does(told, caller, `${calls} ${worth(told, caller)} and ${wins}`), ...settled(told, points ? null : caller)]);
}

function wrongCall(told: Telling): string {
  const { result } = told;
  const { caller, winner } = result;
  if (caller === null) return sentence([opening(told), ...settled(told, null)]);
  const parts = [does(told, caller, `calls with ${worth(told, caller)}`)];
  if (winner !== null) {
    const tie = result.values[winner] === result.values[caller] ? " as well" : "";
    parts.push(does(told, winner, `shows ${worth(told, winner)}${tie} and wins`));
  }
  return sentence([...parts, ...settled(told, told.points ? null : winner)]);
}

function opening(told: Telling): string {
  const { result } = told;
  if (result.reason === "the stock is out") return "The stock is out, which ends the round";
  if (result.reason === "the turn cap") return "The round is cut at its turn limit and nobody has called";
  if (result.winner !== null && result.reason.startsWith("the turn cap")) {
    return `The turn limit ends the round; ${does(told, result.winner, `holds the least, ${worth(told, result.winner)}`)}`;
  }
  return `The round ends by ${result.reason || "the rules"}`;
}

/** Who pays, or takes, how much; the one named in `but` is left out. */
function settled({ changes, names, points }: Telling, but: number | null): readonly string[] {
  const moved = changes.map((change, seat) => ({ change, seat })).filter(({ change, seat }) => change !== 0 && seat !== but);
  const up = moved.filter(({ change }) => change > 0);
  const down = moved.filter(({ change }) => change < 0);
  const lines = points
    ? [shares(up, names, "takes"), shares(down, names, "is relieved of")]
    : [shares(down, names, "pays"), shares(up, names, "wins")];
  return lines.filter(Boolean);
}

function shares(moved: readonly { change: number; seat: number }[], names: readonly string[], verb: string): string {
  const said = moved.map(({ change, seat }, place) => {
    const who = names[seat] ?? `seat ${seat + 1}`;
    return place === 0 ? phrase(who, `${verb} ${Math.abs(change)}`) : `${who} ${Math.abs(change)}`;
  });
  return said.length < 3 ? said.join(" and ") : `${said.slice(0, -1).join(", ")} and ${said.at(-1)}`;
}

function does({ names }: Telling, seat: number, what: string): string {
  return phrase(names[seat] ?? `seat ${seat + 1}`, what);
}

/** A name and what it does; the reader himself is spoken to: "you call with 4". */
function phrase(who: string, does: string): string {
  if (who !== "you") return `${who} ${does}`;
  return `you ${does.replace(/\b(call|count|hold|pay|show|take|throw|win)s\b/g, "$1").replace(/^is\b/, "are")}`;
}

function worth({ result }: Telling, seat: number): string {
  return String(result.values[seat] ?? "a hand");
}

function sentence(parts: readonly string[]): string {
  return `${parts.join("; ").replace(/^you\b/, "You")}.`;
}
