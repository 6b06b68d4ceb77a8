import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mutantsIn } from '../../scripts/mutants/hunt.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const mutants = mutantsIn(root);

test('every planted bug can still be planted, and says what it breaks', () => {
  assert.ok(mutants.length >= 14);
  for (const { name, breaks, promise, foundBy } of mutants) {
    assert.ok(breaks.length > 20 && promise.length > 5, `${name} has no head`);
    assert.ok(foundBy === undefined || existsSync(join(root, foundBy)), `${name} names a test that is not there`);
    const checked = spawnSync('git', ['apply', '--check', join('test/mutants', `${name}.patch`)], { cwd: root, encoding: 'utf8' });
    assert.equal(checked.status, 0, `${name} does not apply any more; plant the same bug anew where the code has moved to: ${checked.stderr}`);
  }
});

test('at least twelve of them are found by simulation', () => {
  assert.ok(mutants.filter(({ foundBy }) => foundBy === undefined).length >= 12);
});
