import type { JSX, RefObject } from "preact";
import { inWords } from "./cards";
import { RATIO } from "./layout";
import { transformOf } from "./motion";
import { PlayingCard } from "./PlayingCard";
import type { PlacedCard } from "./scatter";
import type { ChosenHand } from "./useChosen";

/** What `CardOnFelt` takes. */
export interface CardOnFeltProps {
  readonly card: PlacedCard;
  /** Where its element is kept, by key, for the flights. */
  readonly elements: RefObject<Map<string, HTMLElement>>;
  readonly hand: ChosenHand | null;
  /** In how many ms it turns over from its back; null where it lies as it is. */
  readonly turnsOver: number | null;
}

/** A card at its place: a button where a click on it means something, a picture elsewhere. */
export function CardOnFelt({ card, elements, hand, turnsOver }: CardOnFeltProps): JSX.Element {
  const target = targetOf(card, hand);
  const lifted = target?.chosen === true;
  const at = lifted ? { ...card, y: card.y - card.width * (card.zone === "hand" ? 0.28 : 0.14) } : card;
  const classes = ["dt-card", `dt-${card.zone}`, card.open && card.zone === "live" && "dt-lit", target?.chosen && "dt-chosen", target?.quiet && "dt-quiet"];
  const shared = {
    class: classes.filter(Boolean).join(" "),
    style: { width: `${card.width}px`, height: `${card.width * RATIO}px`, transform: transformOf(at, card.width), zIndex: 1 + card.depth },
  };
  const keep = (element: HTMLElement | null): void => {
    if (element) elements.current.set(card.key, element);
    else elements.current.delete(card.key);
  };
  const picture = turnsOver === null ? <PlayingCard name={card.name} /> : <Turning name={card.name} delay={turnsOver} />;
  if (!target) {
    return (
      <div {...shared} ref={keep} aria-hidden="true">
        {picture}
      </div>
    );
  }
  return (
    <button {...shared} ref={keep} type="button" aria-pressed={target.chosen} aria-label={target.label} onClick={target.click}>
      {picture}
    </button>
  );
}

function Turning({ name, delay }: { readonly name: string | null; readonly delay: number }): JSX.Element {
  return (
    <div class="dt-turning" style={{ animationDelay: `${delay}ms` }}>
      <div class="dt-side">
        <PlayingCard name={name} />
      </div>
      <div class="dt-side dt-other-side">
        <PlayingCard name={null} />
      </div>
    </div>
  );
}

interface Target {
  readonly label: string;
  readonly chosen: boolean;
  /** Whether it does not go with what is chosen. */
  readonly quiet: boolean;
  readonly click: () => void;
}

function targetOf(card: PlacedCard, hand: ChosenHand | null): Target | null {
  if (!hand) return null;
  const { choices } = hand;
  if (card.zone === "hand" && card.seat === hand.seat && card.name && choices.throws.length > 0) {
    const { name } = card;
    const chosen = hand.cards.includes(name);
    const joins = choices.throws.some(({ cards }) => cards.includes(name) && hand.cards.every((each) => cards.includes(each)));
    return { label: inWords(name), chosen, quiet: !chosen && hand.cards.length > 0 && !joins, click: () => hand.pick(name) };
  }
  const says = card.zone === "stock" && card.open ? choices.stock : card.zone === "live" && card.name ? choices.takes.get(card.name) : null;
  if (!says) return null;
  const label = card.zone === "stock" ? "Take from the stock" : `Take the ${inWords(card.name ?? "")}`;
  return { label, chosen: hand.move === says, quiet: false, click: () => hand.aim(says) };
}
