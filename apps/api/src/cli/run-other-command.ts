import { EXIT, UsageError, type CommandForm } from './command.ts';
import { parseArguments } from './parse-arguments.ts';
import type { Surroundings } from './surroundings.ts';

const bare: CommandForm = { flags: [], words: 0, needs: null };

/** Runs a command that needs no server, or opens what it needs itself. */
export async function runOtherCommand(
  name: string,
  args: readonly string[],
  around: Surroundings,
): Promise<number> {
  const { output, environment } = around;
  switch (name) {
    case 'serve':
      await import('../main.ts');
      return EXIT.done;
    case 'migrate':
      return migrate(args, around);
    case 'backup': {
      const form: CommandForm = { flags: ['project'], words: 1, needs: 'a file to write' };
      return (await import('./backup.ts')).backup(parseArguments(name, form, args), around);
    }
    case 'restore': {
      const form: CommandForm = { flags: [], words: 1, needs: 'a file to read' };
      return (await import('./backup.ts')).restoreFile(parseArguments(name, form, args), around);
    }
    case 'doctor': {
      const { flags } = parseArguments(name, bare, args);
      const { doctor } = await import('./doctor.ts');
      const { environmentOf } = await import('../configuration.ts');
      return doctor({ environment: environmentOf(environment), output, json: flags.json });
    }
    case 'completion': {
      const { words } = parseArguments(name, { flags: [], words: 1, needs: 'bash, zsh or fish' }, args);
      output.log((await import('./completion.ts')).completion(words[0]).trimEnd());
      return EXIT.done;
    }
    case 'login': {
      const form: CommandForm = { flags: [], words: 1, needs: 'the address of a server' };
      return (await import('./login.ts')).login(parseArguments(name, form, args), around);
    }
    case 'logout': {
      parseArguments(name, bare, args);
      await (await import('./stored-login.ts')).forgetLogin(environment);
      output.log('The stored server is forgotten.');
      return EXIT.done;
    }
    case 'mcp': {
      const form: CommandForm = { flags: ['print'], words: 2, needs: null };
      return (await import('./mcp.ts')).mcp(parseArguments(name, form, args), around);
    }
    default:
      throw new UsageError(`Unknown command: ${name}.`);
  }
}

async function migrate(args: readonly string[], { environment, output }: Surroundings): Promise<number> {
  const [{ migrateCommand }, { checkout, environmentOf }] = await Promise.all([
    import('@project-sync/db'),
    import('../configuration.ts'),
  ]);
  return migrateCommand({
    args: [...args],
    env: environmentOf(environment),
    root: checkout,
    print: (line) => output.log(line),
  });
}
