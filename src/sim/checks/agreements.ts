/**
 * K17: in no life is an order judged by limits that are looser than what people have agreed.
 *
 *   A1. What was offered as tighter, by a reload or a start, holds from its entry on; a limit that was taken out lets nothing pass.
 *   A2. What was looser holds from the entry of its approval on, by somebody who may approve it, and no longer than he said.
 *   A3. A file that was refused changes nothing.
 *
 * Knows what people offered and approved because it was told by those who did it. Of the journal it takes only which of that is in it, and when an order was judged.
 */
import { formatUnits } from '../../base/index.ts';
import type { Fact } from '../../core/index.ts';
import type { EntryHeader } from '../../journal/index.ts';
import type { Offered } from '../offered.ts';
import { SYMBOL, VENUE } from '../stage.ts';
import type { Stage } from '../stage.ts';
import type { Tally } from '../tally.ts';
import { Violation } from './violation.ts';

/** What limits let pass; zero where one is missing. */
export type Most = { readonly value: number; readonly positionUnits: bigint; readonly collarPpm: number };
/** Where in the journal an act of somebody is, if it is: its entries are of that life, behind the first and up to the last. */
export type Place = { readonly life: string; readonly afterSeq: number; readonly throughSeq: number };

type Act = Place & ({ readonly kind: 'offered'; readonly offered: Offered } | { readonly kind: 'approved'; readonly offered: Offered; readonly untilMs: number | undefined });

const SCALE = 9;
const ALARM_MS = 1_000; // so long after its end at most something looser is taken back
const nothing: Most = { value: 0, positionUnits: 0n, collarPpm: 0 };
const all = (offered: Offered): Most => ({ value: offered.value ?? Infinity, positionUnits: offered.positionUnits ?? 10n ** 30n, collarPpm: offered.collarPpm ?? Infinity });
const less = <T extends number | bigint>(a: T, b: T): T => (b < a ? b : a);
const within = (a: Most, b: Most): Most => ({ value: less(a.value, b.value), positionUnits: less(a.positionUnits, b.positionUnits), collarPpm: less(a.collarPpm, b.collarPpm) });
const either = (a: Most, b: Most): Most => ({ value: Math.max(a.value, b.value), positionUnits: a.positionUnits > b.positionUnits ? a.positionUnits : b.positionUnits, collarPpm: Math.max(a.collarPpm, b.collarPpm) });

export class Agreements {
  readonly #tally: Tally;
  readonly #closes: (orderId: string) => boolean; // for a stop: no limit holds for it
  readonly #acts: Act[] = []; // not found in the journal yet
  readonly #judged = new Map<string, Most>(); // order id → the loosest that held since it was judged
  #forGood: Most = nothing;
  #forATime: { readonly most: Most; readonly untilMs: number } | undefined;
  #missing: Offered = { value: undefined, positionUnits: undefined, collarPpm: undefined }; // of the newest offer: what is undefined here blocks
  #loosest: Most = nothing;
  #begun = false;
  #tightestCollarPpm = Infinity;

  constructor(tally: Tally, closes: (orderId: string) => boolean) {
    this.#tally = tally;
    this.#closes = closes;
  }

  /** Somebody offered limits, and was told that they are taken. */
  offered(place: Place, offered: Offered): void {
    this.#acts.push({ ...place, kind: 'offered', offered });
  }

  /** Somebody approved what waits, and was told that it is done. @param untilMs in journal time; undefined for good */
  approved(place: Place, offered: Offered, untilMs: number | undefined): void {
    this.#acts.push({ ...place, kind: 'approved', offered, untilMs });
  }

  /** The tightest collar that anybody ever offered. */
  get tightestCollarPpm(): number {
    return this.#tightestCollarPpm;
  }

  /** The loosest that ever held. */
  get loosest(): Most {
    return this.#loosest;
  }

  /** What may have let an order pass that leaves now. */
  mostOf(orderId: string | undefined): Most {
    return this.#judged.get(orderId ?? '') ?? nothing;
  }

  fold({ bootFile }: Stage, fact: Fact, header: EntryHeader): void {
    for (let act = this.#acts[0]; act !== undefined; act = this.#acts[0]) {
      if (act.life === header.bootId && header.seq <= (act.kind === 'offered' ? act.throughSeq : act.afterSeq)) break;
      const isApproval = act.kind === 'approved' && act.life === header.bootId && header.seq <= act.throughSeq;
      if (isApproval && fact.type !== 'limits.approved') break;
      this.#acts.shift();
      if (act.life !== header.bootId) this.#tally.state(`what was ${act.kind} was lost in a crash`);
      else if (act.kind === 'offered') this.#offer(act.offered);
      else if (isApproval) return this.#approve(act.offered, act.untilMs, header.atMs);
      else throw new Violation('K17', `an approval was answered as done at ${act.throughSeq}, and the journal has nothing of it`);
    }
    switch (fact.type) {
      case 'runtime.booted':
        if (this.#forATime !== undefined && header.atMs < this.#forATime.untilMs) this.#tally.state('boot while something is let pass for a time');
        if (!this.#begun) this.#forGood = all(bootFile); // the first configuration of a journal is taken as it is
        this.#begun = true;
        return this.#offer(bootFile);
      case 'limits.approved': throw new Violation('K17', `${fact.id} is approved by ${fact.by}, and nobody did`);
      case 'limits.held': return this.#tally.state('a looser limit was held');
      case 'limits.agreed': return this.#tally.state(`limits agreed: ${fact.because}`);
      case 'limits.reload-refused': return this.#tally.state('a broken file was refused');
      case 'order.prepared': {
        if (this.#closes(fact.orderId)) return;
        const most = this.#at(header.atMs);
        this.#judged.set(fact.orderId, most);
        if (most.value === 0 || most.positionUnits === 0n || most.collarPpm === 0) throw new Violation('K17', `${fact.orderId} passes, and a limit is not configured: ${shown(most)}`);
        return;
      }
      default: return;
    }
  }

  #offer(offered: Offered): void {
    this.#tightestCollarPpm = Math.min(this.#tightestCollarPpm, offered.collarPpm ?? Infinity);
    this.#missing = offered;
    this.#forGood = within(this.#forGood, all(offered));
    if (this.#forATime !== undefined) this.#forATime = { ...this.#forATime, most: within(this.#forATime.most, all(offered)) };
    this.#loosest = either(this.#loosest, this.#forGood);
  }

  #approve(offered: Offered, untilMs: number | undefined, atMs: number): void {
    const most = all(offered);
    this.#tally.state(untilMs === undefined ? 'looser limits approved for good' : 'looser limits approved for a time');
    if (untilMs === undefined) [this.#forGood, this.#forATime] = [most, undefined];
    else this.#forATime = { most, untilMs };
    const now = this.#at(atMs);
    this.#loosest = either(this.#loosest, now);
    for (const [orderId, since] of this.#judged) this.#judged.set(orderId, either(since, now));
  }

  #at(atMs: number): Most {
    const { value, positionUnits, collarPpm } = this.#forATime !== undefined && atMs < this.#forATime.untilMs ? this.#forATime.most : this.#forGood;
    const missing = this.#missing;
    return { value: missing.value === undefined ? 0 : value, positionUnits: missing.positionUnits === undefined ? 0n : positionUnits, collarPpm: missing.collarPpm === undefined ? 0 : collarPpm };
  }

  /** What is in force by the world itself, once all of it is durable. What is over is taken back in the turn that judges the next order, so its end has no moment of its own. */
  check({ runtime }: Stage): void {
    if (runtime === undefined || runtime.turns.durableSeq !== runtime.turns.headSeq || this.#acts.length > 0) return;
    const { limits, market } = runtime.world;
    const instrument = market.listings.of(VENUE).find(({ symbol }) => symbol === SYMBOL);
    if (limits === undefined || instrument === undefined) return;
    const most = this.#forATime === undefined || runtime.time.nowMs() > this.#forATime.untilMs + ALARM_MS ? this.#forGood : either(this.#forGood, this.#forATime.most);
    const inForce = { value: Number(formatUnits(limits.maxOrderValue[SYMBOL]?.units ?? 0n, instrument.quoteScale)), positionUnits: limits.maxPositionUnits[SYMBOL] ?? 0n, collarPpm: limits.priceCollarPpm[SYMBOL] ?? 0 };
    if (inForce.value > most.value || inForce.positionUnits > most.positionUnits || inForce.collarPpm > most.collarPpm) throw new Violation('K17', `${shown(inForce)} is in force, and ${shown(most)} is agreed`);
  }
}

const shown = ({ value, positionUnits, collarPpm }: Most): string => `value ${value}, position ${formatUnits(positionUnits, SCALE)}, collar ${collarPpm} ppm`;
