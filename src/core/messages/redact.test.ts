import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { redact } from './index.ts';

test('a secret is taken out in every form in which it may have been written', () => {
  assert.equal(redact('{"secret":"a\\"b&c"} ?s=a%22b%26c', ['a"b&c']), '{"secret":"«secret»"} ?s=«secret»');
});

test('a secret that begins with another one leaves no tail', () => {
  assert.equal(redact('abcdef abc', ['abc', 'abcdef']), '«secret» «secret»');
});

test('no text keeps a secret, and none throws', () => {
  fc.assert(fc.property(fc.string(), fc.string({ minLength: 1 }).filter((secret) => !'«secret»'.includes(secret)), fc.string(), (before, secret, after) => {
    assert.ok(!redact(before + secret + after, [secret, '']).includes(secret) || secret.includes('«') || secret.includes('»'));
  }));
  assert.equal(redact('x', ['\ud800']), 'x');
});
