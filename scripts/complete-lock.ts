/**
 * Names in package-lock.json the platform packages that the registry did not offer when the lock was written.
 *
 * Why it exists: tools such as oxlint ship one optional package per platform. A registry that mirrors only some of
 * them leaves the others out of the lock, `npm install` says nothing, and `npm ci` then refuses on every machine.
 * An entry without an integrity is enough: npm skips it where the platform does not fit and fetches it where it does.
 *
 * Run after every change of dependencies: `npm run complete-lock`. Owns package-lock.json and nothing else.
 */
import { readFileSync, writeFileSync } from 'node:fs';

type Locked = {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

function platformOf(packageName: string): Pick<Locked, 'os' | 'cpu' | 'libc'> {
  const words = packageName.split(/[/-]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor) || (processor === 'arm' && words.includes('armv7')));
  const musl = words.some((word) => word.startsWith('musl'));
  return { ...(os.length > 0 && { os }), ...(cpu.length > 0 && { cpu }), ...(musl && { libc: ['musl'] }) };
}

const file = 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Locked> };
const added: string[] = [];
for (const [path, owner] of Object.entries(lock.packages)) {
  if (path === '') continue;
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (place in lock.packages || `${path}/${place}` in lock.packages) continue;
    lock.packages[place] = { version, ...platformOf(name), ...(owner.dev === true && { dev: true }), optional: true };
    added.push(place);
  }
}
const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
console.log(added.length === 0 ? `${file} was complete` : `${file}: added ${added.join(', ')}`);
