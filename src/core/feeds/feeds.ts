/**
 * The price of each instrument, from several sources of which some may be wrong.
 *
 * Owns what each source said last and which one is used. Does not own connections, nor when they are asked; time is an argument, and an earlier one
 * than before counts as the latest. All of it are samples: after a start nothing is known, and what a decision used is written down by the decision.
 *
 *   F1. A price that comes out is from a source with no fault at that time.
 *   F2. The first choice waits for all sources to be warm, for `resumeAfterMs` at most: whoever speaks first has nobody to contradict it.
 *   F3. A fault and its end are found with the next quote of any source, or when somebody looks, whichever is first.
 *   F4. Until the time that `turnsAfter` names a price is what it was, unless a source says something new.
 */
import { invariant } from '../../base/index.ts';
import type { TrustedPrice } from '../market/index.ts';
import { choose } from './choice.ts';
import { disputes } from './dispute.ts';
import { FeedPolicyError } from './errors.ts';
import type { Fault } from './fault.ts';
import { feedPolicyOf } from './policy.ts';
import type { FeedPolicy, FeedWords } from './policy.ts';
import { apartPpm, middleOf } from './quotation.ts';
import type { Quotation } from './quotation.ts';
import { Track } from './track.ts';

export type SourceState = { readonly source: string; readonly fault: Fault | undefined; readonly quotation: Quotation | undefined };

export type FeedReading =
  | { readonly kind: 'trusted'; readonly price: TrustedPrice; readonly source: string; readonly sources: readonly SourceState[] }
  | { readonly kind: 'untrusted'; readonly sources: readonly SourceState[] }
  | { readonly kind: 'unknown'; readonly sources: readonly SourceState[] }; // nothing has been trusted since the start

/** Another source is used from now on, or none. `fault` is why the one before was left; without one a preferred source has come back, or a gap ended. */
export type FeedChange = { readonly instrument: string; readonly atMs: number; readonly from: string | undefined; readonly to: string | undefined; readonly fault: Fault | undefined };

type Source = { readonly name: string; readonly track: Track; fault: Fault | undefined; outvoted: boolean; wasBad: boolean; goodSinceMs: number | undefined };

export class PriceFeeds {
  readonly #policy: FeedPolicy;
  readonly #changed: (change: FeedChange) => void;
  readonly #feeds = new Map<string, Feed>();

  /** @throws FeedPolicyError */
  constructor(words: FeedWords, changed: (change: FeedChange) => void = () => {}) {
    this.#policy = feedPolicyOf(words);
    this.#changed = changed;
  }

  /** @throws FeedPolicyError for a source that the policy does not name */
  saw(instrument: string, source: string, quotation: Quotation): void {
    this.#feed(instrument).saw(source, quotation);
  }

  reading(instrument: string, nowMs: number): FeedReading {
    return this.#feed(instrument).reading(nowMs);
  }

  price(instrument: string, nowMs: number): TrustedPrice | undefined {
    return this.#feed(instrument).price(nowMs);
  }

  /** The next time after this one at which its price may be another though no source says anything; Infinity where there is none. */
  turnsAfter(instrument: string, nowMs: number): number {
    return this.#feed(instrument).turnsAfter(nowMs);
  }

  #feed(instrument: string): Feed {
    const known = this.#feeds.get(instrument);
    if (known !== undefined) return known;
    const feed = new Feed(instrument, this.#policy, this.#changed);
    this.#feeds.set(instrument, feed);
    return feed;
  }
}

class Feed {
  readonly #instrument: string;
  readonly #policy: FeedPolicy;
  readonly #changed: (change: FeedChange) => void;
  readonly #sources: readonly Source[];
  #nowMs = -Infinity;
  #beganMs: number | undefined; // when the first quote came
  #turnsAtMs = -Infinity; // before that it stands as it was judged
  #current: string | undefined;
  #wasTrusted = false;

  constructor(instrument: string, policy: FeedPolicy, changed: (change: FeedChange) => void) {
    this.#instrument = instrument;
    this.#policy = policy;
    this.#changed = changed;
    this.#sources = policy.sources.map((name) => ({ name, track: new Track(name, policy), fault: undefined, outvoted: false, wasBad: false, goodSinceMs: undefined }));
  }

  saw(name: string, quotation: Quotation): void {
    const source = this.#sources.find((one) => one.name === name);
    if (source === undefined) throw new FeedPolicyError(`"${name}" quoted ${this.#instrument} and is not among the sources ${this.#policy.sources.join(', ')}. Name it there.`);
    this.#beganMs ??= quotation.cameAtMs;
    this.#judge(quotation.cameAtMs); // a silence that ends with this quote was one all the same
    source.track.saw(quotation);
    this.#turnsAtMs = -Infinity;
    this.#judge(quotation.cameAtMs);
  }

  reading(nowMs: number): FeedReading {
    this.#turnsAtMs = -Infinity; // faults say how long they have lasted
    this.#judge(nowMs);
    const sources = this.#sources.map(({ name, fault, track }): SourceState => ({ source: name, fault, quotation: track.last }));
    const price = this.price(nowMs);
    if (price === undefined) return { kind: this.#wasTrusted ? 'untrusted' : 'unknown', sources };
    return { kind: 'trusted', price, source: price.source, sources };
  }

  price(nowMs: number): TrustedPrice | undefined {
    this.#judge(nowMs);
    const used = this.#current === undefined ? undefined : this.#sources.find(({ name }) => name === this.#current);
    if (used === undefined) return undefined;
    const { track: { last }, fault, name } = used;
    invariant(last !== undefined && fault === undefined, 'the source in use has a price and no fault'); // F1
    const price = { bidUnits: last.bidUnits, askUnits: last.askUnits, seenAtMs: Math.min(last.quotedAtMs, last.cameAtMs), source: name };
    return price as TrustedPrice; // the one place where a price becomes a trusted one
  }

  turnsAfter(nowMs: number): number {
    this.#judge(nowMs);
    return this.#turnsAtMs;
  }

  /** F4 */
  #turnsAfter(nowMs: number): number {
    const { resumeAfterMs, returnAfterMs } = this.#policy;
    const steady = this.#sources.flatMap(({ goodSinceMs }) => (goodSinceMs === undefined ? [] : [goodSinceMs + resumeAfterMs, goodSinceMs + returnAfterMs]));
    const times = [...steady, ...(this.#wasTrusted ? [] : [(this.#beganMs ?? Infinity) + resumeAfterMs])].filter((atMs) => atMs > nowMs);
    return Math.min(Infinity, ...times, ...this.#sources.map(({ track }) => track.turnsAfter(nowMs)));
  }

  #judge(atMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, atMs);
    const nowMs = this.#nowMs;
    if (nowMs < this.#turnsAtMs) return; // F4
    this.#judgeAnew(nowMs);
    this.#turnsAtMs = this.#turnsAfter(nowMs);
  }

  #judgeAnew(nowMs: number): void {
    for (const source of this.#sources) source.fault = source.track.faultAt(nowMs);
    this.#confirmJumps();
    this.#compare();
    for (const source of this.#sources) {
      if (source.fault === undefined) source.goodSinceMs ??= source.wasBad ? nowMs : -Infinity;
      else source.goodSinceMs = undefined;
      source.wasBad ||= source.fault !== undefined && source.fault.kind !== 'cold';
    }
    if (this.#isWarming(nowMs)) return; // F2
    const next = choose(this.#current, this.#sources, this.#policy, nowMs);
    if (next === this.#current) return;
    const from = this.#current;
    this.#current = next;
    this.#wasTrusted = true;
    this.#changed({ instrument: this.#instrument, atMs: nowMs, from, to: next, fault: this.#sources.find(({ name }) => name === from)?.fault });
  }

  #isWarming(nowMs: number): boolean {
    return !this.#wasTrusted && nowMs - (this.#beganMs ?? nowMs) < this.#policy.resumeAfterMs && this.#sources.some(({ fault }) => fault?.kind === 'cold');
  }

  /** A jump is the market's where another source, with no other fault, stands at the new price. */
  #confirmJumps(): void {
    const standing = this.#sources.filter(({ fault }) => fault === undefined || fault.kind === 'jumped');
    const confirmed = standing.filter((one) => one.fault !== undefined && standing.some((other) => other !== one && isNear(one, other, this.#policy.disputePpm)));
    for (const source of confirmed) {
      source.track.confirmJump();
      source.fault = undefined;
    }
  }

  #compare(): void {
    const heard = this.#sources.filter(({ fault }) => fault === undefined);
    const found = disputes(heard.map(({ name, track, outvoted }) => ({ name, middleUnits: middle(track), outvoted })), this.#policy.disputePpm);
    const isTried = heard.length > 1;
    for (const source of heard) {
      const dispute = found.find(({ name }) => name === source.name);
      if (isTried) source.outvoted = dispute?.outvoted ?? false;
      if (dispute !== undefined) source.fault = { kind: 'disputed', against: dispute.against, apartPpm: dispute.apartPpm };
    }
  }
}

const middle = ({ last }: Track): bigint => (last === undefined ? 0n : middleOf(last));
const isNear = (one: Source, other: Source, boundPpm: number): boolean => apartPpm(middle(one.track), middle(other.track)) <= boundPpm;
