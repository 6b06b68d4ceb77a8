/** The line that stands before every answer to an operator: whose system it is, whose money, and how the gate stands. */
import type { Headers, ServedAnswer } from '../ports/index.ts';

export type MoneyKind = 'live' | 'paper' | 'sim';
export type Mode = { readonly instance: string; readonly money: MoneyKind; readonly gate: string; readonly since: string | null };

/** Named in lower case, as headers come. */
export const MODE_HEADER = 'breakwater-mode';

/** JSON without a character that a header could not carry. */
const written = (mode: Mode): string => JSON.stringify(mode).replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const withMode = (answer: ServedAnswer, mode: Mode): ServedAnswer =>
  (answer.kind === 'answer' ? { ...answer, headers: { ...answer.headers, [MODE_HEADER]: written(mode) } } : answer);

/** What an answer says of it; undefined where it says nothing that can be read. */
export function modeIn(headers: Headers): Mode | undefined {
  try {
    const { instance, money, gate, since } = JSON.parse(headers[MODE_HEADER] ?? '{}') as Mode;
    return typeof instance === 'string' && typeof money === 'string' && typeof gate === 'string' ? { instance, money, gate, since } : undefined;
  } catch {
    return undefined;
  }
}

/** Of several venues the one that hurts most. */
export const moneyOf = (kinds: readonly MoneyKind[]): MoneyKind => (kinds.includes('live') ? 'live' : kinds.includes('paper') ? 'paper' : 'sim');
