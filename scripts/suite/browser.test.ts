import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from './browser.ts';

test('the browser is the one that is named, else the first on the path that can be run', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-browser-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const place = (bin: string, name: string, mode: number): string => {
    mkdirSync(join(folder, bin), { recursive: true });
    writeFileSync(join(folder, bin, name), '');
    chmodSync(join(folder, bin, name), mode);
    return join(folder, bin, name);
  };
  place('a', 'chromium', 0o644);
  const found = place('b', 'google-chrome', 0o755);
  const told = place('c', 'mine', 0o755);
  const env = { PATH: ['a', 'b'].map((bin) => join(folder, bin)).join(':') };
  assert.equal(chromium(env), found);
  assert.equal(chromium({ ...env, BREAKWATER_CHROMIUM: told }), told);
  assert.equal(chromium({ ...env, BREAKWATER_CHROMIUM: join(folder, 'none') }), undefined, 'a name that is wrong is not made up for');
  assert.equal(chromium({}), undefined);
});
