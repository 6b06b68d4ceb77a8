/** `breakwater config validate` and `breakwater config schema` */
import type { Command } from 'commander';
import { configSchema, formatProblems, loadConfig, readConfigFile } from '../edges/config/index.ts';
import { acts, command, group } from './cli.ts';
import type { Cli, Common } from './cli.ts';
import { ConfigRefusedError } from './failure.ts';

type Options = Common & { readonly config: string; readonly env?: string };

export function configCommand(cli: Cli): Command {
  const made = group('config', 'Checks and describes the configuration.', ['breakwater config validate --config breakwater.json', 'breakwater config schema > schema.json', 'breakwater config validate --json']);
  const validate = command('validate', 'Says everything that is wrong with it, and where.', ['breakwater config validate --config breakwater.json', 'breakwater config validate --config breakwater.json --env production', 'breakwater config validate --json'])
    .option('--config <file>', 'the configuration', 'breakwater.json').option('--env <name>', 'which environment');
  acts<Options>(cli, validate, 'config validate', ({ config: file, env }) => {
    const loaded = loadConfig({ file, environment: env, env: cli.terminal.env, readFile: readConfigFile });
    const warnings = loaded.warnings;
    if (!loaded.ok) throw new ConfigRefusedError(formatProblems([...loaded.errors, ...warnings]), [...loaded.errors, ...warnings]);
    return Promise.resolve({
      data: { file, instance: loaded.config.instance.name, environment: loaded.config.instance.environment, warnings },
      text: [...(warnings.length === 0 ? [] : [formatProblems(warnings)]), `${file} is sound: ${loaded.config.instance.name}, environment ${loaded.config.instance.environment}, ${Object.keys(loaded.config.venues).length} venue(s).`],
    });
  });
  const schema = command('schema', 'Prints the JSON Schema of the configuration.', ['breakwater config schema', 'breakwater config schema > config.schema.json', 'breakwater config schema --json']);
  acts<Common>(cli, schema, 'config schema', () => Promise.resolve({ data: configSchema(), text: [JSON.stringify(configSchema(), undefined, 2)] }));
  return made.addCommand(validate).addCommand(schema);
}
