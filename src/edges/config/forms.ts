/** The forms of values that several parts of the schema share. */
import { z } from 'zod';
import { Secret } from './secret.ts';
import { parseDuration, parseMoney, parseOften, parseQuantity, parseShare } from './values.ts';
import type { Parsed } from './values.ts';

/** A text with a form of its own: `example` is shown where it is not met. */
export function written<T>(parse: (text: string) => Parsed<T>, example: string) {
  return z.string().meta({ examples: [example] }).transform((text, context): T => {
    const parsed = parse(text);
    if ('value' in parsed) return parsed.value;
    context.issues.push({ code: 'custom', message: parsed.wrong, input: text });
    return z.NEVER;
  });
}
export const duration = (example = '30s') => written(parseDuration, example);
export const share = (example = '3%') => written(parseShare, example);
export const money = () => written(parseMoney, '1500 USD');
export const quantity = () => written(parseQuantity, '0.5');
export const often = (example = '20 in 10s') => written(parseOften, example);
export const secret = () => z.string().min(1, 'is empty').meta({ writeOnly: true, examples: ['${VARIABLE}'] }).transform((text) => new Secret(text));
export const count = (least: number) => z.int(`is not a whole number`).min(least, `is less than ${least}`);

const namePattern = /^[a-z][a-z0-9-]{0,31}$/;
export const name = (example = 'demo') => z.string().regex(namePattern, 'is not a name: small letters, digits and "-", a letter first, at most 32').meta({ examples: [example] });
const symbolPattern = /^[A-Z0-9]{1,10}\/[A-Z0-9]{1,10}$/;
export const symbol = () => z.string().regex(symbolPattern, 'is not an instrument: base, "/" and quote in capital letters').meta({ examples: ['BTC/USD'] });
export const asset = () => z.string().regex(/^[A-Z0-9]{1,10}$/, 'is not an asset in capital letters');
export const symbolOrDefault = () => z.string().regex(/^(?:default|[A-Z0-9]{1,10}\/[A-Z0-9]{1,10})$/, 'is neither "default" nor an instrument such as "BTC/USD"');
export const principal = () => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, 'is not the name of a source, a token or a strategy').meta({ examples: ['momentum'] });
