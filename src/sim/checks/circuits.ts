/**
 * K13: no order leaves through an open circuit, by what the disk has of it; and what was answered as tripped is in the journal.
 *
 * Folds the facts by itself, and only as far as it must: it would not notice a mistake that it shares with the world.
 */
import type { Fact } from '../../core/index.ts';
import { SYMBOL, VENUE } from '../stage.ts';
import type { Stage } from '../stage.ts';
import type { Tally } from '../tally.ts';

type Known = { generation: number; isOpen: boolean; untilMs: number };

const stopping: ReadonlySet<string> = new Set([`${VENUE}/orders`, 'loss/default', `volatility/${SYMBOL}`]);

export class Circuits {
  readonly #tally: Tally;
  readonly #known = new Map<string, Known>();
  readonly #promised: { readonly breaker: string; readonly reason: string }[] = [];
  readonly #tripped = new Set<string>();

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** Somebody was told that it is tripped. */
  promised(breaker: string, reason: string): void {
    this.#promised.push({ breaker, reason });
  }

  fold(fact: Fact): void {
    if (fact.type === 'runtime.booted') {
      if ([...this.#known.values()].some(({ isOpen }) => isOpen)) this.#tally.state('boot with an open circuit');
      return;
    }
    if (!('breaker' in fact)) return;
    const known = this.#known.get(fact.breaker) ?? { generation: 1, isOpen: false, untilMs: 0 };
    this.#known.set(fact.breaker, known);
    known.generation += 1;
    switch (fact.type) {
      case 'breaker.opened':
        known.isOpen = true;
        known.untilMs = fact.untilMs ?? Number.POSITIVE_INFINITY;
        if (fact.rule === 'tripped') this.#tripped.add(`${fact.breaker} ${fact.reason ?? ''}`);
        return this.#tally.state(`circuit of ${fact.breaker.slice(fact.breaker.lastIndexOf('/') + 1)} opened: ${fact.rule}`);
      case 'breaker.closed':
        known.isOpen = false;
        return this.#tally.state(`circuit closed by ${fact.by.replace(/^\d+ /, '')}`);
      default: return;
    }
  }

  /** Why no order may leave now, by the facts that are durable; undefined where one may. */
  shut({ runtime }: Stage, side: 'buy' | 'sell'): string | undefined {
    if (runtime === undefined) return undefined;
    for (const [breaker, { isOpen, untilMs, generation }] of this.#known) {
      if (!stopping.has(breaker) || !isOpen) continue;
      if (breaker !== `${VENUE}/orders` && side === 'sell') continue; // what only reduces passes there, and nobody here sells short
      if (breaker !== `${VENUE}/orders` && runtime.time.nowMs() >= untilMs) continue; // nothing is tried out there: its time alone closes it
      if ((runtime.world.breakers.get(breaker)?.generation ?? 0) > generation) continue; // it has moved on, and the disk has not heard yet
      return `the circuit ${breaker} is open`;
    }
    return undefined;
  }

  /** What was promised and is not in the journal. */
  forgotten(): string | undefined {
    const lost = this.#promised.find(({ breaker, reason }) => !this.#tripped.has(`${breaker} ${reason}`));
    return lost === undefined ? undefined : `${lost.breaker} was answered as tripped (${lost.reason}), and the journal has nothing of it`;
  }
}
