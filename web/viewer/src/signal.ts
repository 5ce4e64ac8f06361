/**
 * Values that components and effects follow: whoever reads one while it is drawn or run is drawn or run again when the value
 * changes. The names are those of @preact/signals; this is the part of it that the viewer uses, in a tenth of its size.
 */
import { options, type Component, type VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";

/** Somebody who reads values and wants to know when they change. */
interface Reader {
  readonly changed: () => void;
  /** What it has read; by these it is forgotten. */
  readonly reads: Set<Set<Reader>>;
}

let reading: Reader | null = null;

/** A value that is followed. */
export class Signal<T> {
  #value: T;
  readonly #readers = new Set<Reader>();

  constructor(value: T) {
    this.#value = value;
  }

  /** The value; to read it is to follow it. */
  get value(): T {
    if (reading) {
      this.#readers.add(reading);
      reading.reads.add(this.#readers);
    }
    return this.#value;
  }

  set value(next: T) {
    if (Object.is(next, this.#value)) return;
    this.#value = next;
    for (const reader of [...this.#readers]) reader.changed();
  }

  /** The value, without following it. */
  peek(): T {
    return this.#value;
  }
}

/** A value that is followed. */
export function signal<T>(value: T): Signal<T> {
  return new Signal(value);
}

/** Runs at once, and again whenever a value has changed that it read; what it returns undoes a run. Returns what ends it. */
export function effect(run: () => void | (() => void)): () => void {
  let undo: void | (() => void);
  let [running, again] = [false, false];
  const reader: Reader = { changed, reads: new Set() };
  changed();
  return () => {
    forget(reader);
    undo?.();
  };

  function changed(): void {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      forget(reader);
      undo?.();
      const before = reading;
      reading = reader;
      try {
        undo = run();
      } finally {
        reading = before;
      }
    }
    running = false;
  }
}

/** A value of a component's own. */
export function useSignal<T>(value: T): Signal<T> {
  return useMemo(() => signal(value), []);
}

/** An effect that lives as long as the component, and runs what the component said last. */
export function useSignalEffect(run: () => void | (() => void)): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => effect(() => latest.current()), []);
}

function forget(reader: Reader): void {
  for (const readers of reader.reads) readers.delete(reader);
  reader.reads.clear();
}

/** Preact's hooks around drawing; `__r`, before a component is drawn, and `__c`, its component, keep these names in every build. */
interface Hooks {
  __r?: (node: Drawn) => void;
  diffed?: (node: Drawn) => void;
  unmount?: (node: Drawn) => void;
}
type Drawn = VNode & { readonly __c?: Component };

const components = new WeakMap<Component, Reader>();
const hooks: Hooks = options;
const { __r: begin, diffed: end, unmount: leave } = hooks;

hooks.__r = (node) => {
  begin?.(node);
  const component = node.__c;
  if (!component) return;
  reading = components.get(component) ?? { changed: () => component.forceUpdate(), reads: new Set() };
  components.set(component, reading);
  forget(reading);
};
hooks.diffed = (node) => {
  reading = null;
  end?.(node);
};
hooks.unmount = (node) => {
  const reader = node.__c && components.get(node.__c);
  if (reader) forget(reader);
  leave?.(node);
};
