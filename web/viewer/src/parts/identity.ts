/** An agent's colour and marker: functions of its name alone, so that it looks the same on every page. */

/** How many colours there are: `--agent-0` to `--agent-9`. */
export const COLOURS = 10;

/** Marker shapes, the cue beside the colour. */
export const SHAPES = [
  "circle", "square", "diamond", "triangle", "down", "ring", "box", "lozenge", "outline", "plus",
] as const;

/** The shape of a marker. */
export type Shape = (typeof SHAPES)[number];

/** How an agent is marked. */
export interface Identity {
  /** 0 to 9, the number of its colour. */
  readonly colour: number;
  readonly shape: Shape;
}

/** Where the hash begins: chosen so that the built-in agents all have different colours. */
const START = 218238;

/** The mark of the agent with this name. */
export function identityOf(name: string): Identity {
  const hash = hashOf(name);
  return { colour: hash % COLOURS, shape: SHAPES[Math.floor(hash / COLOURS) % SHAPES.length] ?? "circle" };
}

/** Its colour as CSS: `var(--agent-3)`. */
export function colourOf(name: string): string {
  return `var(--agent-${identityOf(name).colour})`;
}

/** FNV-1a with a final mix, 32 bits. */
function hashOf(text: string): number {
  let hash = START;
  for (const letter of text) {
    hash ^= letter.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d) >>> 0;
  hash ^= hash >>> 15;
  return hash >>> 0;
}
