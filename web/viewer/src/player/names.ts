/** Names of seats as they stand in sentences and panels. */
import type { SeatInfo } from "../api/types";

/** A name without its parameters: `ismcts(simulations=50)` gives `ismcts`. */
export function baseName(name: string): string {
  const end = name.indexOf("(");
  return end > 0 ? name.slice(0, end) : name;
}

/** One short name for each seat, no two alike: the name, with parameters or the seat's number where it takes that. */
export function seatNames(seats: readonly SeatInfo[]): readonly string[] {
  const full = seats.map((seat) => seat.name || seat.agent);
  const short = full.map(baseName);
  return seats.map((seat, place) => {
    const brief = short[place] ?? "";
    const whole = full[place] ?? "";
    if (short.filter((each) => each === brief).length === 1) return brief;
    if (full.filter((each) => each === whole).length === 1) return whole;
    return `${whole} (seat ${seat.seat + 1})`;
  });
}
