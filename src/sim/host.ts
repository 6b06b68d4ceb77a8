/**
 * One life of a machine or process on the simulated network: what it has open, and how events reach its code.
 *
 *   H1. After `cut` nothing reaches its code and nothing it does reaches anybody; its peers see their connections end,
 *       where the link still carries that.
 */
export type Deliver = (run: () => void) => void;

/** Something that ends when the host does: a listener, one side of a socket. */
export type Held = { abandon(): void };

export class Host {
  readonly name: string;
  readonly #deliver: Deliver;
  readonly #held = new Set<Held>();
  #cut = false;

  constructor(name: string, deliver: Deliver) {
    this.name = name;
    this.#deliver = deliver;
  }

  get isCut(): boolean {
    return this.#cut;
  }

  /** Runs the host's own code for an event from outside. */
  deliver(run: () => void): void {
    if (this.#cut) return;
    this.#deliver(() => {
      if (!this.#cut) run();
    });
  }

  hold(held: Held): void {
    this.#held.add(held);
  }

  release(held: Held): void {
    this.#held.delete(held);
  }

  cut(): void {
    if (this.#cut) return;
    this.#cut = true;
    for (const held of this.#held) held.abandon();
    this.#held.clear();
  }
}
