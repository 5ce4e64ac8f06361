import "./generic.css";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Scene } from "../../api/types";
import type { Choosing, RendererProps } from "../index";
import { addressOf, gridOf, lettersOf, paint, type Colour, type Grid } from "./pictures";

/** Draws any scene: an image, an SVG, a map, or its text with its data folded away. */
export function GenericScene({ frame, choose = null }: RendererProps): JSX.Element {
  return (
    <div class="gs">
      <div class="gs-screen">
        <Picture scene={frame.scene} />
      </div>
      {choose && <MoveList choose={choose} />}
    </div>
  );
}

function Picture({ scene }: { readonly scene: Scene }): JSX.Element {
  const { kind, data, text } = scene;
  const address = kind === "image" ? addressOf(data) : kind === "svg" ? svgAddress(data) : null;
  if (address) return <img class={kind === "image" ? "gs-image gs-crisp" : "gs-image"} src={address} alt={text} />;
  const letters = kind === "map" ? lettersOf(data) : null;
  if (letters) return <pre class="gs-text gs-map">{letters.join("\n")}</pre>;
  const grid = kind === "map" || kind === "image" ? gridOf(data) : null;
  if (grid) return <Pixels grid={grid} text={text} />;
  return <Words scene={scene} />;
}

function Words({ scene }: { readonly scene: Scene }): JSX.Element {
  const told = Object.keys(scene.data).length > 0;
  return (
    <div class="gs-words">
      <pre class="gs-text">{scene.text}</pre>
      {told && scene.kind !== "text" && (
        <details>
          <summary>The scene's data</summary>
          <pre class="gs-data">{JSON.stringify(scene.data, null, 1)}</pre>
        </details>
      )}
    </div>
  );
}

function Pixels({ grid, text }: { readonly grid: Grid; readonly text: string }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = Math.max(...grid.map((row) => row.length));
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context) context.putImageData(new ImageData(paint(grid, paletteOf(canvas.current)), width, grid.length), 0, 0);
  }, [grid, width]);
  return (
    <figure class="gs-figure">
      <canvas ref={canvas} class="gs-image gs-crisp" width={width} height={grid.length} role="img" aria-label={text} />
      <figcaption class="gs-caption">{text}</figcaption>
    </figure>
  );
}

/** The agents' colours serve for the kinds of things on a map; nothing is the colour of the ground. */
function paletteOf(element: HTMLElement | null): readonly Colour[] {
  if (!element) return [];
  const style = getComputedStyle(element);
  const names = ["--sunken", ...Array.from({ length: 9 }, (_, number) => `--agent-${number}`)];
  return names.map((name) => hex(style.getPropertyValue(name).trim()));
}

function hex(text: string): Colour {
  const value = Number.parseInt(text.replace("#", ""), 16);
  return Number.isNaN(value) ? [0, 0, 0] : [value >> 16, (value >> 8) & 255, value & 255];
}

/** SVG is shown as an image, so that nothing in it can run. */
function svgAddress(data: Readonly<Record<string, unknown>>): string | null {
  const source = data["svg"] ?? data["source"] ?? data["data"];
  return typeof source === "string" ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}` : null;
}

function MoveList({ choose }: { readonly choose: Choosing }): JSX.Element {
  return (
    <ul class="gs-moves" aria-label="Your moves">
      {choose.legal.map(({ says }) => (
        <li key={says}>
          <button type="button" class="button" disabled={choose.busy} onClick={() => choose.submit(says)}>
            {says}
          </button>
        </li>
      ))}
    </ul>
  );
}
