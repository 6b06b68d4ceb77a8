/**
 * Whether somebody knows a secret, told in a time that says nothing about the secret.
 *
 *   S1. Digests are compared, and all of them: neither how far a guess is right nor how long the secret is can be measured.
 */
import { invariant } from '../base/index.ts';
import { sha256Hex } from '../journal/index.ts';

export type SecretDigest = { readonly sha256: string };

export function digestOfSecret(secret: string): SecretDigest {
  invariant(secret !== '', 'a secret is not empty');
  return { sha256: sha256Hex(secret) };
}

export function knows(presented: string | undefined, { sha256 }: SecretDigest): boolean {
  const given = sha256Hex(presented ?? '');
  let different = presented === undefined ? 1 : 0;
  for (let at = 0; at < sha256.length; at++) different |= sha256.charCodeAt(at) ^ given.charCodeAt(at);
  return different === 0;
}
