/** `breakwater config validate` and `breakwater config schema` */
import { configSchema, formatProblems, loadConfig, readConfigFile } from '../edges/config/index.ts';
import type { Answer } from './answer.ts';
import type { Cli, Common } from './cli.ts';
import { ConfigRefusedError } from './failure.ts';

type Options = Common & { readonly config: string; readonly env?: string };

export function validate(cli: Cli, { config: file, env }: Options): Promise<Answer> {
  const loaded = loadConfig({ file, environment: env, env: cli.terminal.env, readFile: readConfigFile });
  const { warnings } = loaded;
  if (!loaded.ok) throw new ConfigRefusedError(formatProblems([...loaded.errors, ...warnings]), [...loaded.errors, ...warnings]);
  const { instance, venues } = loaded.config;
  return Promise.resolve({
    data: { file, instance: instance.name, environment: instance.environment, warnings },
    text: [...(warnings.length === 0 ? [] : [formatProblems(warnings)]), `${file} is sound: ${instance.name}, environment ${instance.environment}, ${Object.keys(venues).length} venue(s).`],
  });
}

export function schema(): Promise<Answer> {
  return Promise.resolve({ data: configSchema(), text: [JSON.stringify(configSchema(), undefined, 2)] });
}
