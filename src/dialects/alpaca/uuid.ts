/**
 * A UUID that is a function of a text: the same asset, execution or event has the same one on every connection and
 * after every restart, without a table of them. Not secret, and not proof against someone who looks for a collision.
 */
import { seededRandom } from '../../base/index.ts';

const known = new Map<string, string>([['asset/BTC/USD', '276e2673-764b-4ab6-a611-caf665ca6340']]);

export function uuidOf(text: string): string {
  const fixed = known.get(text);
  if (fixed !== undefined) return fixed;
  const word = (salt: string): string => Math.floor(seededRandom(`${salt}${text}`).next() * 0x1_0000_0000).toString(16).padStart(8, '0');
  const hex = word('a') + word('b') + word('c') + word('d');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export const isUuid = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
