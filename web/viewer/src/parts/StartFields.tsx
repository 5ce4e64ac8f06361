import type { ComponentChildren, JSX } from "preact";
import { keepToken, keptToken } from "../api/client";
import type { Resource } from "../api/resource";
import type { GameCard, GameDetail } from "../api/types";
import { AgentName } from "./AgentName";
import { Await } from "./Await";
import { Card } from "./Card";
import { FRESH, type StopRule, type Wish } from "./request";

/** What each part of the form takes. */
export interface WishProps {
  readonly wish: Wish;
  readonly change: (part: Partial<Wish>) => void;
}

/** What the part about the game takes. */
export interface GamePartProps extends WishProps {
  readonly games: readonly GameCard[];
  /** The chosen game. */
  readonly detail: Resource<GameDetail>;
}

const FORMATS = ["round-robin", "championship", "swiss", "knock-out", "ladder", "gauntlet", "adaptive"];

/** Which game, at which table, by which rules, and who plays. */
export function GamePart({ games, detail, wish, change }: GamePartProps): JSX.Element {
  const sizes = detail.value?.table_sizes ?? [];
  const presets = detail.value?.presets ?? [];
  return (
    <>
      <Card title="Game">
        <div class="fields">
          <Field label="Game">
            <select value={wish.game} onChange={(event) => change({ game: event.currentTarget.value, players: "", preset: "" })}>
              {games.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </Field>
          {sizes.length > 1 && (
            <Field label="Players at the table">
              <select value={wish.players} onChange={(event) => change({ players: event.currentTarget.value })}>
                <option value="">{detail.value?.players} (as usual)</option>
                {sizes
                  .filter((size) => size !== detail.value?.players)
                  .map((size) => (
                    <option key={size} value={String(size)}>
                      {size}
                    </option>
                  ))}
              </select>
            </Field>
          )}
          {presets.length > 0 && (
            <Field label="Rules" hint={presets.find(({ name }) => name === wish.preset)?.summary}>
              <select value={wish.preset} onChange={(event) => change({ preset: event.currentTarget.value })}>
                <option value="">as usual</option>
                {presets.map(({ name }) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            </Field>
          )}
          <Field label="Format" hint="Who meets whom.">
            <select value={wish.format} onChange={(event) => change({ format: event.currentTarget.value })}>
              {FORMATS.map((format) => (
                <option key={format} value={format}>
                  {format}
                </option>
              ))}
            </select>
          </Field>
        </div>
      </Card>
      <Card title="Agents" note="Two or more. The order does not matter: seats are balanced by rotation.">
        <Await resource={detail} what="the agents" lines={3}>
          {(game) => (
            <fieldset>
              <legend class="hidden">Agents</legend>
              <ul class="checks">
                {game.agents.map((name) => (
                  <li key={name}>
                    <label class="check">
                      <input type="checkbox" checked={wish.agents.includes(name)} onChange={(event) => change({ agents: toggled(wish.agents, name, event.currentTarget.checked) })} />
                      <AgentName name={name} link={false} />
                    </label>
                  </li>
                ))}
              </ul>
            </fieldset>
          )}
        </Await>
        <Field label="More, with parameters" hint="Parted by commas, such as ismcts(simulations=400), ismcts(simulations=800).">
          <input type="text" value={wish.more} spellcheck={false} autocomplete="off" onInput={(event) => change({ more: event.currentTarget.value })} />
        </Field>
      </Card>
    </>
  );
}

function toggled(names: readonly string[], name: string, on: boolean): readonly string[] {
  const others = names.filter((each) => each !== name);
  return on ? [...others, name] : others;
}

const STOPS: readonly (readonly [StopRule, string, string])[] = [
  ["decided", "When every pair is decided", "As few blocks as the answers need; at the latest after so many, where a number is given."],
  ["blocks", "After so many blocks", "A block is one deal, played in every seating."],
  ["time", "After so much time", "Time of play, in minutes."],
];

/** When it ends, and what a decision may cost. */
export function StopPart({ wish, change }: WishProps): JSX.Element {
  return (
    <Card title="Length and budget">
      <fieldset>
        <legend class="field-label">It ends</legend>
        <ul class="radios">
          {STOPS.map(([rule, title, hint]) => (
            <li key={rule}>
              <label class="check">
                <input type="radio" name="stop" checked={wish.stop === rule} onChange={() => change({ stop: rule, ...(rule === "decided" ? { blocks: "" } : wish.blocks ? {} : { blocks: FRESH.blocks }) })} />
                <span>
                  {title}
                  <small>{hint}</small>
                </span>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <div class="fields">
        {wish.stop === "time" ? (
          <NumberField label="Minutes" value={wish.minutes} onInput={(minutes) => change({ minutes })} />
        ) : (
          <NumberField label={wish.stop === "decided" ? "Blocks at most" : "Blocks"} value={wish.blocks} onInput={(blocks) => change({ blocks })} />
        )}
        <NumberField label="Simulations a decision" hint="For agents that search." value={wish.simulations} onInput={(simulations) => change({ simulations })} />
        <NumberField label="Seed" hint="Drawn where left empty." value={wish.seed} onInput={(seed) => change({ seed })} />
      </div>
    </Card>
  );
}

/** What the part about the token takes. */
export interface TokenPartProps {
  readonly token: string;
  readonly setToken: (token: string) => void;
}

/** The token that allows starting, and how to get one. */
export function TokenPart({ token, setToken }: TokenPartProps): JSX.Element {
  return (
    <Card title="Token" note="Whoever starts tournaments shows a token. This browser keeps it, and sends it to this server only.">
      <div class="token">
        <Field
          label="Token"
          hint={
            <>
              The server prints one when it starts for the first time; <code>arena serve --token</code> prints another.
            </>
          }
        >
          <input type="password" value={token} autocomplete="off" spellcheck={false} onInput={(event) => setToken(event.currentTarget.value.trim())} />
        </Field>
        {keptToken() && (
          <button
            type="button"
            class="button"
            onClick={() => {
              keepToken("");
              setToken("");
            }}
          >
            Forget it
          </button>
        )}
      </div>
    </Card>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly children: ComponentChildren;
}

function Field({ label, hint, children }: FieldProps): JSX.Element {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      {children}
      {hint && <small>{hint}</small>}
    </label>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

function NumberField({ label, hint, value, onInput }: NumberFieldProps): JSX.Element {
  return (
    <Field label={label} hint={hint}>
      <input type="text" inputMode="decimal" value={value} autocomplete="off" onInput={(event) => onInput(event.currentTarget.value)} />
    </Field>
  );
}
