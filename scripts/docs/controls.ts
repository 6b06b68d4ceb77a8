/** docs/reference/controls.md: the controls that regulation and practice name, each with where it is and the test that fails without it. */
import { fileURLToPath } from 'node:url';
import { foundIn } from '../mutants/found.ts';
import { mutantsIn } from '../mutants/hunt.ts';
import { catalogue } from './controls-catalogue.ts';
import type { Control } from './controls-catalogue.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export function controlsReference(): string {
  const built = catalogue.filter(({ gap }) => gap === undefined);
  return `# Controls

What rules for automated trading ask for, and where it is here. The numbers are those of a catalogue of our own, drawn from RTS 6 and RTS 25 of the European Union, rule 15c3-5 and the
Knight release of the SEC, and the practices of the FIA and the FIA PTG. Breakwater supplies controls; it does not make whoever uses it compliant.

**Removing each was tried**: for every bug named below a patch in test/mutants takes the control out or breaks it, \`npm run mutants\` hunts for it, and the test in the last column is one that failed.
Where a check of the simulator is named, it is some seed of it. **gap** means that it is not there. This page is written by \`scripts/node scripts/docs.ts controls\` from the record of that hunt.

${built.length} of ${catalogue.length} are there, as far as the table says; ${catalogue.length - built.length} are a gap.

| | Control | Codes | Where | Configuration | Without it (planted bug: what failed) |
|---|---|---|---|---|---|
${catalogue.map(row).join('\n')}
`;
}

function row({ id, name, codes = [], where = [], keys = [], bugs = [], missing, gap }: Control): string {
  const cell = (all: readonly string[]): string => (all.length === 0 ? '–' : all.join(', '));
  const tried = bugs.map((bug) => {
    const mutant = mutantsIn(root).find((one) => one.name === bug);
    if (mutant === undefined) throw new Error(`${id} names the planted bug "${bug}", which is not in test/mutants.`);
    const found = foundIn(root)[bug];
    if (found === undefined) throw new Error(`Nothing is on record as having found "${bug}", which ${id} names: run "npm run mutants -- --only ${bug} --record".`);
    return found.file === undefined ? `\`${bug}\`: the simulator, ${found.by}` : `\`${bug}\`: "${found.by}" in [${found.file.split('/').at(-1) ?? ''}](../../${found.file})`;
  });
  if (gap === undefined && tried.length === 0) throw new Error(`${id} is neither a gap nor has a planted bug.`);
  const last = gap === undefined ? `${tried.join('; ')}${missing === undefined ? '' : `. Not in it: ${missing}`}` : `**gap**: ${gap}`;
  return `| ${id} | ${name} | ${cell(codes)} | ${cell(where.map((path) => `[${path.replace(/^src\//, '')}](../../${path})`))} | ${cell(keys.map((key) => `\`${key}\``))} | ${last.replaceAll('|', '\\|')} |`;
}
