import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from './address.ts';

test('an address of a host says whom to connect to, and the route as it goes on the wire', () => {
  assert.deepEqual(parseAddress('http://127.0.0.1:4010/v2/orders:by_client_order_id?a=x%20y'), { authority: '127.0.0.1:4010', socketPath: undefined, secure: false, route: '/v2/orders:by_client_order_id?a=x%20y' });
  assert.deepEqual(parseAddress('https://paper-api.example'), { authority: 'paper-api.example:443', socketPath: undefined, secure: true, route: '/' });
  assert.equal(parseAddress('ws://x/stream')?.authority, 'x:80');
  assert.equal(parseAddress('wss://x/stream')?.secure, true);
  assert.equal(parseAddress('http://[::1]:80/')?.authority, '[::1]:80');
});

test('an address of a socket in the file system ends where the route begins', () => {
  assert.deepEqual(parseAddress('unix:/run/bw/control.sock:/status?all=1'), { authority: 'unix:/run/bw/control.sock', socketPath: '/run/bw/control.sock', secure: false, route: '/status?all=1' });
  assert.equal(parseAddress('ws+unix:/run/control.sock:/a:/b')?.route, '/a:/b');
  assert.equal(parseAddress('unix:/run/control.sock:')?.route, '/');
  assert.equal(parseAddress('unix:/run/odd:name.sock:/x')?.socketPath, '/run/odd:name.sock');
});

test('anything else is no address', () => {
  for (const text of ['', 'x', '/status', 'ftp://x/', 'http://', 'unix:relative.sock:/x', 'file:///etc/passwd']) assert.equal(parseAddress(text), undefined);
});
