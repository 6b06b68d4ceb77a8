/** The configuration, its secrets, and the addresses it names. */
import { isRealMoney, looseRights, socketsIn } from '../rights.ts';
import { answers } from './folder.ts';
import { failed, ok, skipped } from './check.ts';
import type { Check, Finding, Patient } from './check.ts';

export const configuredChecks: readonly Check[] = [
  {
    name: 'configuration',
    examine: ({ configured: { config, file, errors, warnings, isNamed } }) => {
      if (config === undefined && errors.length === 0) return isNamed ? { status: 'failed', code: 'BW-1200', why: `there is no ${file}`, doNext: 'name it with --config' } : skipped('none is named; name it with --config');
      if (config === undefined) return { status: 'failed', code: 'BW-1304', why: `${errors.length} error${errors.length === 1 ? '' : 's'}, the first: ${errors[0] ?? ''}`, doNext: `run "breakwater config validate --config ${file}"` };
      if (warnings.length > 0) return { status: 'warning', code: 'BW-1304', why: `${warnings.length} warning${warnings.length === 1 ? '' : 's'}, the first: ${warnings[0] ?? ''}`, doNext: `run "breakwater config validate --config ${file}"` };
      return ok(`${file}: ${config.instance.name}, environment ${config.instance.environment}`);
    },
  },
  {
    name: 'secrets',
    examine: ({ machine, configured: { secretFiles } }) => {
      if (secretFiles.length === 0) return skipped('no secret comes from a file');
      const open = secretFiles.filter((path) => ((machine.permissions(path)?.mode ?? 0) & 0o077) !== 0);
      return open.length === 0 ? ok(`${secretFiles.length} file${secretFiles.length === 1 ? '' : 's'}, for this user alone`) : failed('readable', `${open.join(', ')} can be read by others`);
    },
  },
  { name: 'rights', examine: rights },
  { name: 'addresses', examine: addresses },
];

/** Whoever trades must not be able to set his own limits. */
function rights({ machine, data, configured: { config, files } }: Patient): Finding {
  const loose = looseRights(machine, [...files, data, ...socketsIn(data)]);
  if (loose === undefined) return skipped('not told on this machine');
  const [first] = loose;
  if (first === undefined) return ok(`nobody else may write ${files.length === 0 ? 'the data folder' : 'the configuration or the data folder'}`);
  const isReal = config !== undefined && isRealMoney(config);
  return { status: isReal ? 'failed' : 'warning', code: 'BW-1213', why: `${first.path} ${first.why}${loose.length === 1 ? '' : `, and ${loose.length - 1} more`}${isReal ? '; with real money nothing is started' : ''}`, doNext: first.doNext };
}

async function addresses(patient: Patient): Promise<Finding> {
  const { machine, configured: { config } } = patient;
  if (config === undefined) return skipped('no configuration names one');
  const named = [config.server.listen, ...(config.metrics.listen === undefined ? [] : [config.metrics.listen])];
  const isRunning = await answers(patient);
  const said: string[] = [];
  for (const { host, port } of named) {
    const why = port === 0 ? undefined : await machine.busy(host, port);
    if (why !== undefined && !(isRunning && await isOurs(patient, host, port))) return failed('address', `${host}:${port} is not free: ${why}`);
    said.push(`${host}:${port} ${why === undefined ? 'free' : 'held by the running runtime'}`);
  }
  return ok(said.join(', '));
}

/** Somebody of our kind answers there; whose folder it holds cannot be asked, so a runtime must run on this one too. */
async function isOurs({ net, timeoutMs }: Patient, host: string, port: number): Promise<boolean> {
  const at = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  for (const [path, mark] of [['/healthz', '{"ok":'], ['/metrics', 'breakwater_build_info']] as const) {
    const outcome = await net.request({ method: 'GET', url: `${at}${path}`, headers: {} }, timeoutMs);
    if (outcome.kind === 'answered' && new TextDecoder().decode(outcome.body).includes(mark)) return true;
  }
  return false;
}
