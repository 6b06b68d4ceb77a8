/** Reading the files a configuration is made of. */
import { readFileSync } from 'node:fs';

/** The text of a file; undefined where there is none. Any other trouble throws. */
export function readConfigFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}
