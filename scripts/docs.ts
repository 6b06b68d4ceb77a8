/**
 * Writes the pages of docs/reference that come from the code: `scripts/node scripts/docs.ts [PAGE …]`; all without a name.
 * Tests compare the pages with the code, so a page that is out of date fails them.
 */
import { writeFileSync } from 'node:fs';
import { writtenPages } from './docs/pages.ts';

const asked = process.argv.slice(2);
for (const name of asked.length === 0 ? Object.keys(writtenPages) : asked) {
  const page = Object.hasOwn(writtenPages, name) ? writtenPages[name] : undefined;
  if (page === undefined) {
    console.error(`There is no page "${name}". Known: ${Object.keys(writtenPages).join(', ')}.`);
    process.exitCode = 2;
    continue;
  }
  writeFileSync(new URL(`../${page.path}`, import.meta.url), await page.text());
  console.error(`wrote ${page.path}`);
}
