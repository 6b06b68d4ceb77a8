/**
 * What is kept of a rate budget, so that the next life and whoever shares it know what was used.
 *
 * It holds no time of day: each block and each word of the venue says for how long it still counts, from whenever it is read.
 */

export type Urgency = 'common' | 'urgent';
export type Kind = Urgency | 'told';
export type Block = { readonly id: string; readonly kind: Kind; readonly weight: number; readonly forMs: number };
export type Closing = { readonly id: string; readonly kind: 'limited' | 'banned' | 'refused' | 'refused-again'; readonly forMs: number }; // `refused`: the first try of something urgent was, `refused-again`: a repeat of it; they close nothing

/** As it is kept: what counts, and for how long from whenever it is read. */
export type QuotaState = {
  readonly windows: Readonly<Record<string, { readonly perMs: number; readonly blocks: readonly Block[] }>>;
  readonly closings: readonly Closing[];
  readonly refusedCalls: readonly { readonly name: string; readonly forMs: number }[];
};
export const emptyQuota: QuotaState = { windows: {}, closings: [], refusedCalls: [] };
const KINDS: readonly unknown[] = ['limited', 'banned', 'refused', 'refused-again'] satisfies Closing['kind'][];

/** Reads what was kept. @throws TypeError where it is no such state: nothing may be spent on a guess */
export function quotaOf(text: string): QuotaState {
  const kept = JSON.parse(text) as QuotaState;
  const state = { ...kept, refusedCalls: kept?.refusedCalls ?? [] }; // an older state has none
  const whole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  const sound = typeof kept === 'object' && kept !== null && Array.isArray(state.closings) && state.closings.every(({ forMs, kind }) => whole(forMs) && KINDS.includes(kind))
    && Array.isArray(state.refusedCalls) && state.refusedCalls.every(({ name, forMs }) => typeof name === 'string' && whole(forMs))
    && typeof state.windows === 'object' && Object.values(state.windows).every(({ perMs, blocks }) => whole(perMs) && Array.isArray(blocks) && blocks.every(({ id, weight, forMs }) => typeof id === 'string' && whole(weight) && whole(forMs)));
  if (!sound) throw new TypeError('What was kept of the rate budget cannot be read.');
  return state;
}
