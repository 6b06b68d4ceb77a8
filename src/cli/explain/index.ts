/**
 * `breakwater explain BW-nnnn`: what happened, why, what it means for the money, and what to do. Asks nobody: it reads the page
 * docs/reference/errors.md, which is installed with the program, so that the page and the answer cannot differ.
 */
import { dirname, join } from 'node:path';
import { editDistance } from '../../base/index.ts';
import { readConfigFile } from '../../edges/config/index.ts';
import type { Answer } from '../answer.ts';
import { plainText } from '../build.ts';
import type { Cli, Common } from '../cli.ts';
import { UsageError } from '../failure.ts';
import { aligned, labelled } from '../table.ts';
import { familiesOf } from './page.ts';
import type { Explained, Family } from './page.ts';

export function explain(cli: Cli, _: Common, [asked]: readonly string[]): Promise<Answer> {
  const families = familiesOf(pageOf(cli));
  return Promise.resolve(asked === undefined || asked === '' ? listOf(families) : oneOf(families, asked));
}

export function pageOf({ terminal }: Cli): string {
  const path = join(dirname(terminal.program), '../docs/reference/errors.md');
  const page = readConfigFile(path);
  if (page === undefined) throw new Error(`The page ${path} is missing from this installation`);
  return page;
}

function listOf(families: readonly Family[]): Answer {
  return {
    data: { families: families.map(({ range, about, codes }) => ({ range, about, codes: codes.map(({ code }) => code) })) },
    text: [...aligned(families.map(({ range, about, codes }) => [range, about, `${codes.length} code${codes.length === 1 ? '' : 's'}`])), 'breakwater explain 30xx lists a family, breakwater explain BW-3020 explains a code.'],
  };
}

function oneOf(families: readonly Family[], asked: string): Answer {
  const [, digits = asked] = /^(?:BW-?)?(\d\d(?:\d\d|XX)?)$/.exec(asked.toUpperCase()) ?? [];
  const family = families.find(({ range }) => range.slice(0, 2) === digits.slice(0, 2));
  if (family !== undefined && /^\d\d(?:XX)?$/.test(digits)) return familyOf(family);
  const found = family?.codes.find(({ code }) => code === `BW-${digits}`);
  if (family !== undefined && found !== undefined) return answerOf(found, family);
  throw new UsageError(`There is no error ${/^\d{4}$/.test(digits) ? `BW-${digits}` : `"${asked}"`}. ${nearOf(families, digits)}`);
}

function answerOf({ code, happened, why, money, next }: Explained, { range, about, note }: Family): Answer {
  return {
    data: { code, happened, why, money, next, family: { range, about, note }, page: `docs/reference/errors.md#${range}-${about.toLowerCase().replaceAll(/[^\w ]/g, '').replaceAll(' ', '-')}` },
    text: [`${code}  ${plainText(happened)}`, ...labelled([['why', why], ['your money', money], ['what to do', next], ['family', `${range}, ${about}`]].map(([label = '', text = '']) => [label, plainText(text)]))],
  };
}

const familyOf = ({ range, about, codes, note }: Family): Answer => ({
  data: { families: [{ range, about, codes: codes.map(({ code }) => code) }] },
  text: [`${range}  ${about}`, ...(note === '' ? [] : labelled([['', plainText(note)]])), ...labelled(codes.map(({ code, happened }) => [code, plainText(happened)]))],
});

/** What may have been meant: codes that are spelt nearly so, and then those whose number is near. */
function nearOf(families: readonly Family[], digits: string): string {
  if (!/^\d{1,6}$/.test(digits)) return `There are the families ${families.map(({ range }) => range).join(', ')}.`;
  const near = families.flatMap(({ codes }) => codes).map((one) => ({ one, changes: editDistance(digits, one.code.slice(3)), apart: Math.abs(Number(one.code.slice(3)) - Number(digits)) }));
  const nearest = near.toSorted((a, b) => a.changes - b.changes || a.apart - b.apart).slice(0, 3);
  return `Near it: ${nearest.map(({ one: { code, happened } }) => `${code} (${plainText(happened).replace(/\.$/, '')})`).join(', ')}.`;
}
