import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { KEYS } from "./keys";

/** The list of keys, as a dialog. */
export function Help({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="pl-help" aria-label="Keys" onClose={onClose} onClick={(event) => event.target === dialog.current && dialog.current?.close()}>
      <div class="pl-help-inner">
        <h2>Keys</h2>
        <dl>
          {KEYS.map(([keys, meaning]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit" class="button primary">
            Close
          </button>
        </form>
      </div>
    </dialog>
  );
}
