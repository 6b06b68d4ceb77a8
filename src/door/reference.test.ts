import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { doorProblems } from './answers.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const page = read('../../docs/reference/http-api.md');

test('the reference has every code with its status, whether to retry, and its title, and no other', () => {
  const written = [...page.matchAll(/^\| `(BW-\d{4})` \| (\d{3}) \| ([a-z-]+) \| (.+) \|$/gm)].map(([, code, status, retry, title]) => [code, Number(status), retry, title]);
  assert.deepEqual(written, Object.entries(doorProblems).map(([code, { status, retry, title }]) => [code, status, retry, title]));
});

test('the reference has every route of the control door', () => {
  const routes = [...read('./control.ts').matchAll(/case '(GET|POST) ([a-zA-Z/]+)'/g)].map(([, method, route = '']) => `### \`${method ?? ''} /api/v1/${route.replace('ID', ':id')}`);
  assert.equal(routes.length, 34);
  for (const route of routes) assert.ok(page.includes(route), route);
});
