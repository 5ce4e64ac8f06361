import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** What `DeleteButton` takes. */
export interface DeleteButtonProps {
  /** What it says: "Delete". */
  readonly what: string;
  readonly onDelete: () => void;
}

/** Asks once more before it deletes. */
export function DeleteButton({ what, onDelete }: DeleteButtonProps): JSX.Element {
  const [asking, ask] = useState(false);
  const sure = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    if (asking) sure.current?.focus();
    else if (asked.current) first.current?.focus();
    asked.current = asking;
  }, [asking]);
  if (!asking) {
    return (
      <button ref={first} type="button" class="button" onClick={() => ask(true)}>
        {what}
      </button>
    );
  }
  return (
    <span class="sure" role="group" aria-label={`${what}, are you sure?`}>
      <button ref={sure} type="button" class="button danger" onClick={onDelete}>
        {what} for good
      </button>
      <button type="button" class="button" onClick={() => ask(false)}>
        Keep
      </button>
    </span>
  );
}
