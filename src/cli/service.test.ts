import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Terminal } from '../edges/process/index.ts';
import { filledIn, print, quoted } from './service.ts';

const shipped = readFileSync(new URL('../../deploy/systemd/breakwater.service', import.meta.url), 'utf8');
const program = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'service-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

async function printed(config: string, env?: string): Promise<{ unit: string; credentials: readonly string[]; warnings: readonly string[] }> {
  const answer = await print({ terminal: { program, directory: folder } as Terminal, version: '0', commands: [] }, { config, ...(env === undefined ? {} : { env }) });
  const { unit, credentials } = answer.data as { unit: string; credentials: readonly string[] };
  return { unit, credentials, warnings: answer.warnings ?? [] };
}

test('the printed unit starts this program on this Node.js, and each secret that is named as a credential gets its line, once', async () => {
  writeFileSync(join(folder, 'a.json'), '{"a":"${file:/run/credentials/breakwater.service/alpaca_secret}","b":"${file:/run/credentials/breakwater.service/alpaca_key}","c":"${file:/run/credentials/breakwater.service/alpaca_key}","d":"${file:secrets/other}"}');
  const { unit, credentials } = await printed('a.json', 'production');
  assert.ok(unit.includes(`\nExecStart=${process.execPath} ${program} start --config ${folder}/a.json --data /var/lib/breakwater --env production\n`), unit);
  assert.deepEqual(credentials, ['alpaca_key', 'alpaca_secret']);
  assert.deepEqual(unit.match(/^LoadCredential=.*$/gm), ['LoadCredential=alpaca_key:/etc/breakwater/credentials/alpaca_key', 'LoadCredential=alpaca_secret:/etc/breakwater/credentials/alpaca_secret']);
  assert.doesNotMatch(unit, /^#LoadCredential/m);
});

test('what the service could not see or does not have yet is said', async () => {
  const { warnings, unit } = await printed('/home/sam/none.json');
  assert.ok(warnings.some((warning) => /There is no \/home\/sam\/none\.json yet/.test(warning)));
  assert.ok(warnings.some((warning) => /\/home\/sam\/none\.json is hidden from the service/.test(warning)));
  assert.match(unit, /^#LoadCredential=NAME:/m);
});

test('a path is one word for systemd, whatever is in it', () => {
  assert.deepEqual(['/usr/bin/node', '/opt/100% safe/x', '/opt/$HOME/x', '/opt/a"b\\c'].map(quoted), ['/usr/bin/node', '"/opt/100%% safe/x"', '/opt/$$HOME/x', '"/opt/a\\"b\\\\c"']);
  assert.match(filledIn(shipped, quoted('/opt/$&/x'), []), /^ExecStart=.*\$\$&/m);
});

test('the shipped unit and the supervisor agree: who is told, how it is stopped, and what is not started again', () => {
  const value = (key: string): string | undefined => new RegExp(`^${key}=(.*)$`, 'm').exec(shipped)?.[1];
  assert.deepEqual(['Type', 'NotifyAccess', 'KillMode', 'KillSignal', 'Restart', 'WatchdogSec', 'RestartPreventExitStatus'].map(value), ['notify', 'all', 'mixed', 'SIGTERM', 'on-failure', '10', '2 3 7 8']);
  assert.ok(Number(value('TimeoutStopSec')) > 10, 'longer than the supervisor gives the runtime');
  assert.match(shipped, /^ExecStart=\/usr\/bin\/breakwater start --config \/etc\/breakwater\/breakwater\.json --data \/var\/lib\/breakwater$/m);
});
