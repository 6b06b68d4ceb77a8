/** What befalls the disk of the runtime's machine: appends whose end is not known, flushes that hang, an emergency log that fails. */
import type { Random } from '../base/index.ts';
import { openHeader } from '../journal/index.ts';
import type { AppendBatch, Misfortune } from '../journal/index.ts';
import type { VirtualClock } from './clock.ts';
import type { SheetFault } from './emergency.ts';
import type { Command } from './stage.ts';
import type { Swarm } from './swarm/index.ts';
import type { Tally } from './tally.ts';

export type DiskTroublesOptions = {
  readonly swarm: Swarm;
  readonly clock: VirtualClock;
  readonly tally: Tally;
  readonly isCalm: () => boolean;
  readonly command: (command: Command) => Promise<boolean>;
};

export class DiskTroubles {
  readonly #options: DiskTroublesOptions;
  #atSending: (() => void) | undefined;

  constructor(options: DiskTroublesOptions) {
    this.#options = options;
  }

  befalls(batch: AppendBatch, chance: Random): Misfortune | undefined {
    const { swarm, tally, isCalm } = this.#options;
    if (isCalm() || !chance.chance(swarm.appendMisfortuneProbability)) return undefined;
    const befallen = chance.pick<Misfortune>([
      { kind: 'torn', keepEntries: chance.below(batch.entries.length + 1) }, { kind: 'unknown', written: 'nothing' }, { kind: 'unknown', written: 'everything' }, { kind: 'refused', why: 'head' },
    ]);
    tally.state(`append ${befallen.kind}`);
    return befallen;
  }

  /** The disk hangs for a while, and somebody who sees it stops everything. */
  stallMs(chance: Random): number {
    const { swarm, clock, tally, isCalm, command } = this.#options;
    if (isCalm() || !chance.chance(swarm.stallProbability)) return 0;
    tally.state('the disk stalled');
    clock.timer(chance.below(100), () => void command({ kind: 'halt', by: 'sim', reason: 'the disk hangs', cancelOrders: chance.chance(0.8) }));
    clock.timer(6_000 + chance.below(10_000), () => { if (!isCalm()) void command({ kind: 'resume', by: 'sim', reason: 'go on' }); });
    return 500 + chance.below(12_000); // now and then longer than an append may take
  }

  /** Of a write to the emergency log. */
  sheetFault(chance: Random): SheetFault | undefined {
    const { swarm, tally, isCalm } = this.#options;
    if (isCalm() || !chance.chance(swarm.emergencyFaultProbability)) return undefined;
    const befallen = chance.pick<SheetFault>([{ kind: 'refused' }, { kind: 'torn', keepBytes: chance.below(600) }, { kind: 'hangs', written: chance.chance(0.5) }]);
    tally.state(`emergency log ${befallen.kind}`);
    return befallen;
  }

  /** Runs between the writing down of the next order and its leaving. */
  atNextSending(run: () => void): void {
    this.#atSending = run;
  }

  appending({ entries }: AppendBatch, chance: Random): void {
    const { swarm, isCalm } = this.#options;
    if (isCalm() || (swarm.haltAtSendingProbability === 0 && this.#atSending === undefined) || !entries.some((entry) => openHeader(entry).type === 'order.sending')) return;
    const awaited = this.#atSending;
    this.#atSending = undefined;
    if (awaited !== undefined) void Promise.resolve().then(awaited);
    if (chance.chance(swarm.haltAtSendingProbability)) this.#haltNow(chance);
  }

  /** Somebody stops everything, and lets it go on some seconds later. */
  #haltNow(chance: Random): void {
    const { clock, isCalm, command } = this.#options;
    void Promise.resolve().then(() => command({ kind: 'halt', by: 'sim', reason: 'stop, now', cancelOrders: chance.chance(0.5) }));
    clock.timer(3_000 + chance.below(10_000), () => { if (!isCalm()) void command({ kind: 'resume', by: 'sim', reason: 'go on' }); });
  }
}
