/** What a program may listen to: facts that are on disk, by what they are about. */
import type { Fact } from '../core/index.ts';
import type { Witness } from '../runtime/index.ts';

type About<Family extends string> = Extract<Fact, { readonly type: `${Family}.${string}` }>;

export type SafetyEvents = {
  readonly safety: About<'safety'>; // the state of the whole has changed
  readonly component: About<'component'>;
  readonly gate: About<'gate'>;
  readonly breaker: About<'breaker'>;
  readonly order: About<'order'>;
  readonly venue: About<'venue'>;
  readonly risk: About<'risk'>; // levels among them: each that is crossed, once in each direction
  readonly fact: Fact; // every one
};

type Listener = (fact: Fact) => void;

export class Events {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** The witness that tells them: nothing is told before it is durable. What a listener throws is its own affair. */
  readonly witness: Witness = {
    recorded: (entries) => {
      for (const { fact } of entries) {
        const family = fact.type.slice(0, fact.type.indexOf('.'));
        for (const listen of [...(this.#listeners.get(family) ?? []), ...(this.#listeners.get('fact') ?? [])]) {
          try {
            listen(fact);
          } catch {
            // The others are told all the same.
          }
        }
      }
    },
    flushed: () => undefined,
  };

  /** @param listen takes the facts of that family, and is given no others */
  on(name: string, listen: (fact: never) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listen as Listener));
    return () => void listeners.delete(listen as Listener);
  }
}
