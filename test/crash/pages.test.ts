/**
 * What is written for people to type is typed, page by page in the order of the page, into a clone with a demo that runs; and what a
 * page says is printed is compared with what is. test/docs/blocks.ts says how blocks are marked and lines compared.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commandsOfBlock, differenceOf, exchangesOf, isShell, placedBlocks, strangerIn } from '../docs/blocks.ts';
import type { PlacedBlock } from '../docs/blocks.ts';
import { readersConfig } from '../docs/configs.ts';
import { allPages } from '../docs/markdown.ts';
import { examplePages } from '../docs/unrun.ts';
import { Stage } from './kit-pages.ts';
import type { Ran } from './kit-pages.ts';
import { pause } from './kit-program.ts';

const AGAIN_MS = 60_000; // a busy machine trades slowly
const runs = ({ note }: PlacedBlock): boolean => note?.kind !== 'not run';
const pages = allPages().filter(({ path }) => !(path in examplePages)).map((page) => ({ ...page, blocks: placedBlocks(page) })).filter(({ blocks }) => blocks.some((block) => isShell(block) ? runs(block) : block.note !== undefined));

for (const { path, blocks } of pages) {
  test(`${path}: what it tells to type works, and prints what it says`, { timeout: 240_000 }, async (t) => {
    const stage = new Stage(readersConfig(readFileSync('README.md', 'utf8'), readFileSync('config/demo.json', 'utf8')));
    t.after(() => stage.close());
    await stage.demo();
    let above: { readonly commands: readonly string[]; readonly printed: readonly string[] } = { commands: [], printed: [] };
    for (const block of blocks) {
      const place = `${path}:${block.line}`;
      if (isShell(block)) {
        if (!runs(block)) continue;
        if (block.language === 'console') {
          for (const { command, prints } of exchangesOf(block)) await holds(place, prints, () => stage.run(command), (lines) => differenceOf(prints, lines, stage.folder));
          continue;
        }
        const commands = commandsOfBlock(block);
        const printed: string[] = [];
        for (const command of commands) {
          const ran = await stage.run(command);
          assert.equal(ran.code, 0, `${place}: ${command}\n${ran.lines.join('\n')}\n${ran.stderr}`);
          printed.push(...ran.lines);
        }
        above = { commands, printed };
        continue;
      }
      if (block.note === undefined) continue;
      const shown = block.text.split('\n');
      if (block.note.text === 'the block above') {
        assert.equal(differenceOf(shown, above.printed, stage.folder), undefined, `${place} shows other than it prints:\n${above.printed.join('\n')}`);
        continue;
      }
      const command = block.note.text === 'the block above, again' ? above.commands.join(' && ') : block.note.text;
      const seen: string[] = []; // what one run was too slow to show, the next one may
      await holds(place, shown, () => stage.run(command), (lines) => {
        if (block.note?.kind !== 'lines of') return differenceOf(shown, lines, stage.folder);
        seen.push(...lines);
        return strangerIn(shown, seen, stage.folder);
      });
    }
  });
}

/** Asked again for a while: what a page shows is how things are once they have settled. */
async function holds(place: string, shown: readonly string[], run: () => Promise<Ran>, difference: (lines: readonly string[]) => string | undefined): Promise<void> {
  const untilMs = performance.now() + AGAIN_MS;
  for (;;) {
    const ran = await run();
    const differs = difference([...ran.lines, ...(shown.some((line) => line.startsWith('error ')) ? ran.stderr.split('\n') : [])]);
    if (differs === undefined) return;
    if (performance.now() > untilMs) assert.fail(`${place} is not what is printed: ${differs}\nprinted (exit ${ran.code}):\n${ran.lines.join('\n')}\n${ran.stderr}`);
    await pause(250);
  }
}
