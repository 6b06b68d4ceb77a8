/** Decimal numbers as text: from any spelling a sender may use to the shortest plain one, without a float between. */
import { formatUnits, tryParseUnits } from '../../base/index.ts';
import { MalformedError, quoted } from './malformed.ts';

const SCALE = 30;
const MAX_LENGTH = 60;

/** A decimal that may be zero or negative, as a position may: its size, and on which side of zero it lies. */
export function signedDecimal(field: string, written: string): { readonly sign: -1 | 0 | 1; readonly text: string } {
  const negative = written.startsWith('-');
  const size = negative ? written.slice(1) : written;
  if (!size.startsWith('-') && size.length <= MAX_LENGTH && tryParseUnits(size, SCALE) === 0n) return { sign: 0, text: '0' };
  return { sign: negative ? -1 : 1, text: positiveDecimal(field, size) };
}

/** "1e-05" gives "0.00001", "1.50" gives "1.5". Refuses what is not a positive number, and more than 30 decimals. */
export function positiveDecimal(field: string, written: string): string {
  if (written.endsWith('%')) throw new MalformedError('quantity-type', `${field} is ${quoted(written)}: a percentage is not understood. Send a number of units.`);
  const units = written.length > MAX_LENGTH ? undefined : tryParseUnits(written, SCALE);
  const text = units === undefined || units <= 0n ? undefined : formatUnits(units, SCALE);
  if (text === undefined || text.length > MAX_LENGTH) throw new MalformedError('not-a-number', `${field} is ${quoted(written)}: a positive decimal number such as 0.25 is needed.`);
  return text;
}
