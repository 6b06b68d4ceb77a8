/** Names from a seed, in the shape of UUIDs: as many runs as wanted give the same ones. */
import type { Random } from '../base/index.ts';
import type { Ids } from '../ports/index.ts';

export function seededIds(random: Random): Ids {
  const hex = (digits: number): string => Array.from({ length: digits }, () => random.below(16).toString(16)).join('');
  return { id: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${random.pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}` };
}
