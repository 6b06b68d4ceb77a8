/**
 * Which sources each instrument has, and by which rules they are judged.
 *
 * Without a word in the configuration a venue is the one source of its own prices. Then its own time for a quote gives the price its age, which the
 * control for it judges, and what is found here is what needs no bound of age: that it is no market, that it jumped, or that it has gone mute for much
 * longer than it pauses. A price that is merely old is no fault: whoever quotes seldom is no worse for it.
 */
import type { FeedWords } from '../../core/index.ts';
import type { PriceSource } from '../../ports/index.ts';
import type { Gateway } from '../gateway/index.ts';

/** A configured venue's own quotes, or something else. */
export type NamedSource = { readonly kind: 'venue'; readonly venue: string } | { readonly kind: 'other'; readonly source: PriceSource; readonly stampsAnswers: boolean; readonly gateway?: Gateway }; // `gateway`: what its network passes

export type PriceSettings = {
  readonly sources: Readonly<Record<string, NamedSource>>;
  /** By instrument, the preferred one first; `symbol` is its name there. */
  readonly instruments: Readonly<Record<string, readonly { readonly source: string; readonly symbol: string }[]>>;
  readonly words: Omit<FeedWords, 'sources' | 'stampsAnswers'>;
};

export const NO_PRICE_SETTINGS: PriceSettings = { sources: {}, instruments: {}, words: {} };

/** Those that are no venue, by name. */
export const otherSources = ({ sources }: PriceSettings): readonly (readonly [string, Extract<NamedSource, { kind: 'other' }>])[] =>
  Object.entries(sources).flatMap(([name, named]) => (named.kind === 'other' ? [[name, named] as const] : []));

/** Of a venue that nobody stands beside. Found within 5 s where it usually quotes at least as often as it is asked. */
export const ALONE: PriceSettings['words'] = {
  staleAfterMs: Infinity, aheadMs: Infinity, muteLeastMs: 4_000, jumpPpm: 100_000, jumpHoldMs: 30_000, lockedIsSound: true, warmQuotes: 1, resumeAfterMs: 0,
};

export const ownSource = (venue: string): string => `${venue} quotes`;
