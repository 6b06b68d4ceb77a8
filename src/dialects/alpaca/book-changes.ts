/** What became of one side of a book: its new and changed levels, and those that are gone with a size of nothing. */
import type { DeskLevel } from '../../ports/index.ts';

export function changesOf(before: readonly DeskLevel[], now: readonly DeskLevel[]): readonly DeskLevel[] {
  const known = new Map(before.map(({ price, size }) => [price, size]));
  const stays = new Set(now.map(({ price }) => price));
  const gone = before.filter(({ price }) => !stays.has(price)).map(({ price }) => ({ price, size: '0' }));
  return [...gone, ...now.filter(({ price, size }) => known.get(price) !== size)];
}
