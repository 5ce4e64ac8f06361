import type { JSX } from "preact";
import { useState } from "preact/hooks";

/** What `FreeMove` takes. */
export interface FreeMoveProps {
  /** What is legal, in a few words. */
  readonly expected: string;
  readonly busy: boolean;
  readonly submit: (says: string) => void;
}

/** A move in one's own words, where the legal ones are too many to list. */
export function FreeMove({ expected, busy, submit }: FreeMoveProps): JSX.Element {
  const [text, setText] = useState("");
  return (
    <form
      class="free-move"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) submit(text.trim());
      }}
    >
      <label class="field">
        <span class="field-label">Your move</span>
        <input type="text" value={text} autocomplete="off" spellcheck={false} onInput={(event) => setText(event.currentTarget.value)} />
        {expected && <small>Expected: {expected}.</small>}
      </label>
      <button type="submit" class="button primary" disabled={busy || !text.trim()}>
        Send
      </button>
    </form>
  );
}
