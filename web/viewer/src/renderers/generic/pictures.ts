/** Pictures in scenes: from rows of numbers to colours, and from data to what an image element takes. */

/** One colour, 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number];

/** A grid of numbers, or of colours where each cell has three. */
export type Grid = readonly (readonly (number | readonly number[])[])[];

/** The address of an image: `src`, or base64 in `data` or `png`; null where there is none. */
export function addressOf(data: Readonly<Record<string, unknown>>): string | null {
  const source = data["src"] ?? data["data"] ?? data["png"];
  if (typeof source !== "string") return null;
  if (/^(data:image\/|\/|https?:|\.\/)/.test(source) && !/^\/9j\//.test(source)) return source;
  return `data:image/${source.startsWith("/9j/") ? "jpeg" : source.startsWith("R0lG") ? "gif" : "png"};base64,${source}`;
}

/** A grid under one of the names that scenes use; null where there is none. */
export function gridOf(data: Readonly<Record<string, unknown>>): Grid | null {
  for (const name of ["rows", "pixels", "map", "data", "image"]) {
    const rows = data[name];
    if (Array.isArray(rows) && rows.length > 0 && rows.every((row) => Array.isArray(row) && row.length > 0)) return rows as Grid;
  }
  return null;
}

/** A map's rows as texts; null where they are numbers or absent. */
export function lettersOf(data: Readonly<Record<string, unknown>>): readonly string[] | null {
  const rows = data["rows"] ?? data["map"];
  return Array.isArray(rows) && rows.length > 0 && rows.every((row): row is string => typeof row === "string") ? rows : null;
}

/** The grid as bytes of red, green, blue, opacity. Numbers are grey where there are many, colours of a small palette where few. */
export function paint(grid: Grid, palette: readonly Colour[]): Uint8ClampedArray<ArrayBuffer> {
  const width = Math.max(...grid.map((row) => row.length));
  const bytes = new Uint8ClampedArray(width * grid.length * 4);
  const range = rangeOf(grid);
  grid.forEach((row, y) =>
    row.forEach((cell, x) => {
      const colour = typeof cell === "number" ? colourOf(cell, range, palette) : cell;
      bytes.set([colour[0] ?? 0, colour[1] ?? colour[0] ?? 0, colour[2] ?? colour[0] ?? 0, 255], (y * width + x) * 4);
    }),
  );
  return bytes;
}

interface Range {
  readonly low: number;
  readonly high: number;
  /** Whether cells are few small whole numbers, such as the kinds of things on a map. */
  readonly kinds: boolean;
}

function rangeOf(grid: Grid): Range {
  const cells = grid.flat().filter((cell): cell is number => typeof cell === "number");
  const low = Math.min(0, ...cells);
  const high = Math.max(...cells, low + 1);
  return { low, high, kinds: cells.every(Number.isInteger) && low >= 0 && high < 10 };
}

function colourOf(cell: number, { low, high, kinds }: Range, palette: readonly Colour[]): Colour {
  if (kinds && palette.length > 0) return palette[cell % palette.length] ?? [0, 0, 0];
  const grey = high > 255 || high <= 1 ? ((cell - low) / (high - low)) * 255 : cell;
  return [grey, grey, grey];
}
