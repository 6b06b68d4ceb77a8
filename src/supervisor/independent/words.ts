/** What may be asked for on the independent path, and what is told of it while it is done. */

/** From the mildest to the strictest; each does all that the ones before it do. */
export const stopWords = ['halt', 'cancel', 'flatten', 'kill'] as const;
/** `halt`: nothing new leaves. `cancel`: and our open orders go. `flatten`: and every order, and the positions. `kill`: and it stays locked. */
export type StopWord = (typeof stopWords)[number];

export const isStopWord = (text: unknown): text is StopWord => stopWords.some((word) => word === text);
const rankOf = (word: StopWord): number => stopWords.indexOf(word);
export const isStricter = (word: StopWord, than: StopWord): boolean => rankOf(word) > rankOf(than);
export const closesPositions = (word: StopWord): boolean => rankOf(word) >= rankOf('flatten');

export type StopWish = { readonly word: StopWord; readonly by: string; readonly reason: string };

export type Step = 'fence' | 'remember' | 'cancel' | 'close' | 'confirm' | 'restart';
/** One step, once it is done; or that it takes longer than it should. */
export type Receipt = { readonly step: Step; readonly outcome: 'done' | 'late'; readonly tookMs: number; readonly detail: string };

export type VenueView = {
  readonly venue: string;
  readonly state: 'waiting' | 'working' | 'CONFIRMED' | 'NOT CONFIRMED';
  readonly sweeps: number;
  readonly cancels: number; // asked for
  readonly closings: number; // orders sent to close positions
  readonly open: readonly string[]; // what stands in the way of the confirmation, in words
  readonly receipts: readonly Receipt[];
};

export type StopView = StopWish & {
  readonly id: string;
  readonly sinceMs: number; // by the wall clock
  readonly state: 'fencing' | 'sweeping' | 'confirmed' | 'over'; // over: the runtime may live again
  readonly remembered: boolean; // whether the emergency log has all that was asked for
  readonly receipts: readonly Receipt[];
  readonly venues: readonly VenueView[];
};
