/**
 * K6 and K11: what was answered as taken, or kept by the emergency log, is in the journal of every later life, once.
 *
 * Looked at once per life: a new life must know all that any earlier one promised.
 */
import { orderById, orderIdOf } from '../../core/index.ts';
import type { Fact, World } from '../../core/index.ts';
import type { Stage } from '../stage.ts';
import type { Tally } from '../tally.ts';
import { Violation } from './violation.ts';

/** What the journal says by itself, as far as it was read. */
export type Said = { readonly isHalted: () => boolean; readonly isCancelled: (orderId: string) => boolean };

export class Promises {
  readonly #tally: Tally;
  readonly #said: Said;
  readonly #acknowledged = new Set<string>(); // intent keys answered as taken
  readonly #dealt = new Set<string>(); // intent keys
  #takenOver = 0; // records of the emergency log

  constructor(tally: Tally, said: Said) {
    this.#tally = tally;
    this.#said = said;
  }

  acknowledge(key: string): void {
    this.#acknowledged.add(key);
  }

  fold(stage: Stage, fact: Fact): void {
    switch (fact.type) {
      case 'order.intended': case 'order.amend-accepted': case 'signal.refused': case 'signal.cancelled':
        if (fact.type === 'order.intended' && fact.replaces !== undefined) return; // for an amend that was dealt with
        if (this.#dealt.has(fact.key)) throw new Violation('K6', `"${fact.key}" is dealt with a second time, by ${fact.type}`);
        this.#dealt.add(fact.key);
        return;
      case 'emergency.imported': return this.#checkTakenOver(stage, fact);
      default: return;
    }
  }

  /** Of a life that has just begun. */
  check(stage: Stage, world: World): void {
    const left = stage.emergencies.reading.records.find(({ seq, bootId }) => seq > this.#takenOver && bootId !== world.life.bootId);
    if (left !== undefined) throw new Violation('K11', `record ${left.seq} of the emergency log is of an earlier life, and not taken over`);
    const archived = stage.archive.rows;
    for (const key of this.#acknowledged) {
      if (orderById(world.orders, orderIdOf(key)) === undefined && !world.messages.dealt.has(key) && !world.orders.amends.has(orderIdOf(key)) && !archived.has(`orders.done ${orderIdOf(key)}`) && !archived.has(`messages.dealt ${key}`)) throw new Violation('K6', `"${key}" was answered as taken, and is gone`);
    }
  }

  /** K11 */
  #checkTakenOver(stage: Stage, fact: Extract<Fact, { type: 'emergency.imported' }>): void {
    if (fact.fromSeq !== this.#takenOver + 1) throw new Violation('K11', `records from ${fact.fromSeq} on are taken over, after record ${this.#takenOver}`);
    this.#takenOver = fact.throughSeq;
    this.#tally.state(fact.finding === undefined ? 'the emergency log was taken over' : 'the emergency log was taken over, and not whole');
    for (const { kind, headSeq, headHash, orderId = '' } of fact.records) {
      if (stage.disk.entries[headSeq - 1]?.hash === headHash) {
        this.#tally.state('an emergency was only late');
        continue;
      }
      if (kind === 'halt' && !this.#said.isHalted()) throw new Violation('K11', 'a halt from the emergency log is taken over, and the gate is open');
      if (kind === 'cancel' && !this.#said.isCancelled(orderId) && stage.runtime?.world.orders.live.has(orderId) === true) throw new Violation('K11', `the cancel of ${orderId} is taken over, and nobody wants it gone`);
      if (kind === 'halt' || kind === 'cancel') this.#tally.state(`a ${kind} was remembered by the emergency log alone`);
    }
  }
}
