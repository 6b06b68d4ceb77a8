/**
 * Who is thought well of. Pure: the time is an argument, and nobody is called.
 *
 *   P1. Somebody is always allowed: the last one is never ejected, and if nobody else is left, an ejected one is taken back.
 *   P2. An ejection ends by itself, after `longestEjectionMs` at most, and the member returns without its past.
 *   P3. What is told of an ejected member changes nothing: it was asked before.
 *   P4. A judgement fades: who was not asked for a while is asked again.
 */
export type Sample = { readonly kind: 'answered'; readonly tookMs: number } | { readonly kind: 'failed' };

export type Rules = {
  readonly failuresInRow: number;
  readonly errorShare: number; // of the calls, recent ones weighing most
  readonly leastSamples: number; // before a share or a latency is believed
  readonly slowTimes: number; // as slow as so many times the middle of the others
  readonly slowByMs: number; // and by so much
  readonly ejectionMs: number; // the first; each further one is twice as long
  readonly longestEjectionMs: number;
  readonly fadeMs: number; // after this time half of what was thought remains
};

export const defaultRules: Rules = { failuresInRow: 5, errorShare: 0.5, leastSamples: 10, slowTimes: 3, slowByMs: 100, ejectionMs: 10_000, longestEjectionMs: 300_000, fadeMs: 10_000 };

export type Score = {
  readonly samples: number;
  readonly latencyMs: number | undefined;
  readonly errorShare: number;
  readonly failuresInRow: number;
  readonly heardAtMs: number;
  readonly ejections: number;
  readonly ejectedUntilMs: number;
};

export type Ejection = { readonly why: 'failing' | 'slow'; readonly untilMs: number };

const unknown: Score = { samples: 0, latencyMs: undefined, errorShare: 0, failuresInRow: 0, heardAtMs: 0, ejections: 0, ejectedUntilMs: 0 };
const latencyWeight = 0.2;
const errorWeight = 0.1;

export class Roster<Member> {
  readonly #rules: Rules;
  readonly #scores = new Map<Member, Score>();
  readonly #askedLast = new Map<Member, number>();
  #asked = 0;

  constructor(rules: Rules = defaultRules) {
    this.#rules = rules;
  }

  add(member: Member): void {
    if (!this.#scores.has(member)) this.#scores.set(member, unknown);
  }

  remove(member: Member, nowMs: number): void {
    this.#scores.delete(member);
    this.#askedLast.delete(member);
    if (this.allowed(nowMs).length > 0) return;
    const [soonest] = [...this.#scores].toSorted(([, a], [, b]) => a.ejectedUntilMs - b.ejectedUntilMs);
    if (soonest !== undefined) this.#scores.set(soonest[0], { ...soonest[1], ejectedUntilMs: nowMs }); // P1
  }

  score(member: Member): Score {
    return this.#scores.get(member) ?? unknown;
  }

  isEjected(member: Member, nowMs: number): boolean {
    return this.score(member).ejectedUntilMs > nowMs;
  }

  allowed(nowMs: number): readonly Member[] {
    return [...this.#scores.keys()].filter((member) => !this.isEjected(member, nowMs));
  }

  /** How one call to it ended; and whether that was one too many. */
  tell(member: Member, sample: Sample, nowMs: number): Ejection | undefined {
    const before = this.#scores.get(member);
    if (before === undefined || this.isEjected(member, nowMs)) return undefined; // P3
    const failed = sample.kind === 'failed';
    const score: Score = {
      ...before,
      samples: before.samples + 1,
      latencyMs: failed ? before.latencyMs : before.latencyMs === undefined ? sample.tookMs : before.latencyMs + (sample.tookMs - before.latencyMs) * latencyWeight,
      errorShare: before.samples === 0 ? Number(failed) : before.errorShare + (Number(failed) - before.errorShare) * errorWeight,
      failuresInRow: failed ? before.failuresInRow + 1 : 0,
      heardAtMs: nowMs,
    };
    this.#scores.set(member, score);
    const why = this.#fault(member, score, nowMs);
    if (why === undefined || this.allowed(nowMs).length < 2) return undefined; // P1
    const { ejectionMs, longestEjectionMs } = this.#rules;
    const longAgo = nowMs - before.ejectedUntilMs > longestEjectionMs;
    const ejections = longAgo ? 1 : before.ejections + 1;
    const untilMs = nowMs + Math.min(longestEjectionMs, ejectionMs * 2 ** (ejections - 1));
    this.#scores.set(member, { ...unknown, ejections, ejectedUntilMs: untilMs }); // P2
    return { why, untilMs };
  }

  /** The one to ask next among those that fit: quick, sound, and with little to do. */
  best(nowMs: number, fits: (member: Member) => boolean, load: (member: Member) => number): Member | undefined {
    let best: Member | undefined;
    let bestCost = Infinity;
    for (const member of this.#scores.keys()) {
      if (this.isEjected(member, nowMs) || !fits(member)) continue;
      const cost = this.#cost(member, nowMs) * (1 + load(member));
      const isFirst = best === undefined || cost < bestCost || (cost === bestCost && this.#lastAsked(member) < this.#lastAsked(best));
      if (isFirst) [best, bestCost] = [member, cost];
    }
    if (best !== undefined) this.#askedLast.set(best, ++this.#asked);
    return best;
  }

  #lastAsked(member: Member): number {
    return this.#askedLast.get(member) ?? 0;
  }

  #cost(member: Member, nowMs: number): number {
    const { latencyMs = 0, errorShare, failuresInRow, heardAtMs } = this.score(member);
    const fading = 2 ** (-Math.max(0, nowMs - heardAtMs) / this.#rules.fadeMs); // P4
    return ((1 + latencyMs * fading) * 2 ** (failuresInRow * fading)) / (1 - Math.min(0.99, errorShare * fading));
  }

  #fault(member: Member, { failuresInRow, samples, errorShare, latencyMs }: Score, nowMs: number): Ejection['why'] | undefined {
    const rules = this.#rules;
    if (failuresInRow >= rules.failuresInRow) return 'failing';
    if (samples < rules.leastSamples) return undefined;
    if (errorShare >= rules.errorShare) return 'failing';
    if (latencyMs === undefined || latencyMs <= rules.slowByMs) return undefined; // cannot be slow by so much
    const others = this.allowed(nowMs).flatMap((other) => {
      const score = this.score(other);
      return other === member || score.latencyMs === undefined || score.samples < rules.leastSamples ? [] : [score.latencyMs];
    }).toSorted((a, b) => a - b);
    const middleMs = others[Math.floor((others.length - 1) / 2)];
    if (middleMs === undefined) return undefined;
    return latencyMs > middleMs * rules.slowTimes && latencyMs > middleMs + rules.slowByMs ? 'slow' : undefined;
  }
}
