import { commands } from './commands.ts';
import { UsageError } from './command.ts';
import { commandNames } from './help.ts';

const common = ['--json', '--help', '--url', '--key'];

function flagsOf(name: string): string[] {
  return [...(commands[name]?.flags ?? []).map((flag) => `--${flag}`), ...common];
}

/** The second words that some commands take. */
const actions: Readonly<Record<string, readonly string[]>> = {
  keys: ['create', 'list', 'revoke'],
  notes: ['list', 'add', 'remove'],
  members: ['list', 'invite', 'remove'],
  rules: ['export', 'import'],
  completion: ['bash', 'zsh', 'fish'],
  mcp: ['install'],
  help: commandNames,
};

/** The completion script of a shell, made from the table of commands. */
export function completion(shell: string | undefined): string {
  if (shell === 'bash') return bash();
  // Zsh runs the functions of Bash once it has loaded its emulation.
  if (shell === 'zsh') return `#compdef project-sync\nautoload -U +X bashcompinit && bashcompinit\n${bash()}`;
  if (shell === 'fish') return fish();
  throw new UsageError('completion takes bash, zsh or fish.');
}

function bash(): string {
  const cases = commandNames.map((name) => {
    const words = [...(actions[name] ?? []), ...flagsOf(name)];
    return `    ${name}) words="${words.join(' ')}" ;;`;
  });
  return `_project_sync() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="${[...commandNames, 'help'].join(' ')} --help --version"
  if [ "$COMP_CWORD" -gt 1 ]; then case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="" ;;
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ "\${COMP_WORDS[1]}" = sync ] && COMPREPLY+=($(compgen -d -- "$current"))
  return 0
}
complete -F _project_sync project-sync
`;
}

function fish(): string {
  const lines = commandNames.flatMap((name) => [
    `complete -c project-sync -n __fish_use_subcommand -f -a ${name}`,
    ...(actions[name] ?? []).map(
      (word) => `complete -c project-sync -n "__fish_seen_subcommand_from ${name}" -f -a ${word}`,
    ),
    ...flagsOf(name).map(
      (flag) => `complete -c project-sync -n "__fish_seen_subcommand_from ${name}" -l ${flag.slice(2)}`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}
