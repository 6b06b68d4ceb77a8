/** What may follow what, as every shell needs it. */
import { optionsOf, plainText } from '../build.ts';
import type { CommandSpec, Live } from '../spec.ts';

/** What may be typed for a value: these words, files, what a running system knows, or nothing that could be guessed. */
export type Values = readonly string[] | Live | undefined;
export type OptionWords = { readonly flags: readonly string[]; readonly says: string; readonly takes: boolean; readonly values: Values };
export type CommandWords = { readonly name: string; readonly says: string; readonly options: readonly OptionWords[]; readonly argument: Values };
export type Words = { readonly commands: readonly CommandWords[]; readonly firsts: readonly string[]; readonly verbsOf: (first: string) => readonly string[] };

const help: OptionWords = { flags: ['--help'], says: 'how it is used', takes: false, values: undefined };

export function wordsOf(specs: readonly CommandSpec[]): Words {
  const commands = specs.map((spec): CommandWords => ({
    name: spec.name, says: firstSentence(spec.summary), argument: spec.arguments?.[0]?.values,
    options: [...optionsOf(spec).filter(({ hidden }) => hidden !== true).map(({ flags, says, choices, values }): OptionWords => ({
      flags: [...flags.matchAll(/--?[\w-]+(?=[ ,]|$)/g)].map(([flag]) => flag), says: firstSentence(says), takes: flags.includes('<'), values: choices ?? values,
    })), help],
  }));
  const names = specs.map(({ name }) => name.split(' '));
  return {
    commands,
    firsts: [...new Set(names.map(([first = '']) => first))],
    verbsOf: (wanted) => names.flatMap(([first, verb]) => (first === wanted && verb !== undefined ? [verb] : [])),
  };
}

const firstSentence = (text: string): string => plainText(text).split(/[.;:](?:\s|$)/)[0] ?? '';
