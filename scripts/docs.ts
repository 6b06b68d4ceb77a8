/**
 * Writes the pages that come from the code: `scripts/node scripts/docs.ts [PAGE …]`; all without a name, those made from recorded market data
 * only where it lies beside the clone.
 * Tests compare the pages with the code, so a page that is out of date fails them.
 */
import { writeFileSync } from 'node:fs';
import { areRecorded, recordedPages, writtenPages } from './docs/pages.ts';

const asked = process.argv.slice(2);
const pages = areRecorded() ? { ...writtenPages, ...recordedPages } : writtenPages;
for (const name of asked.length === 0 ? Object.keys(pages) : asked) {
  const page = Object.hasOwn(pages, name) ? pages[name] : undefined;
  if (page === undefined) {
    console.error(`There is no page "${name}". Known: ${Object.keys(pages).join(', ')}.`);
    process.exitCode = 2;
    continue;
  }
  writeFileSync(new URL(`../${page.path}`, import.meta.url), await page.text());
  console.error(`wrote ${page.path}`);
}
