import type { JSX } from "preact";
import { capital } from "../../parts/format";
import type { ChosenHand } from "./useChosen";

/** What `ChooseBar` takes. */
export interface ChooseBarProps {
  /** Null where nothing can be chosen now. */
  readonly hand: ChosenHand | null;
  /** Whether a move is on its way. */
  readonly busy: boolean;
  /** Whether a showdown waits to be left. */
  readonly waiting: boolean;
  /** What the hand is worth, for the call. */
  readonly value: number | null;
}

/** Below the felt: one button that names the move and sends it, and the moves that need no card of the hand. */
export function ChooseBar({ hand, busy, waiting, value }: ChooseBarProps): JSX.Element {
  if (!hand) {
    const text = busy ? "Your move is on its way." : waiting ? "The round is over. Look at the hands, then go on to the next deal." : "Wait for your turn.";
    return (
      <div class="dt-bar" role="status">
        <p class="dt-hint">{text}</p>
      </div>
    );
  }
  const { choices, move, hint } = hand;
  const takes = choices.throws.length === 0 && (choices.stock !== null || choices.takes.size > 0);
  return (
    <div class="dt-bar">
      <p class="dt-hint" role="status">
        {hint || (move ? "Enter confirms, escape begins anew." : invitation(takes))}
      </p>
      <div class="dt-moves">
        {choices.call && <Aim hand={hand} says={choices.call} text={value === null ? "Call" : `Call with ${value}`} />}
        {takes && choices.stock && <Aim hand={hand} says={choices.stock} text="Take from the stock" />}
        {takes && [...choices.takes].map(([card, says]) => <Aim key={card} hand={hand} says={says} text={`Take ${card}`} />)}
        <button type="button" class="button primary dt-confirm" disabled={!move} onClick={hand.confirm}>
          {move ? `Confirm: ${move}` : "Confirm"}
        </button>
      </div>
    </div>
  );
}

function Aim({ hand, says, text }: { readonly hand: ChosenHand; readonly says: string; readonly text: string }): JSX.Element {
  return (
    <button type="button" class="button" aria-pressed={hand.move === says} onClick={() => hand.aim(says)}>
      {capital(text)}
    </button>
  );
}

function invitation(takes: boolean): string {
  return takes ? "Take a card: click the stock or a lit card." : "Choose cards to discard: click them, or press 1 to 9.";
}
