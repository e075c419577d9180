import { pathToFileURL } from 'node:url';
import { pinAddress, type Resolve } from './public-address.ts';
import type { GitAddress, GitUrlPolicy } from './git-url.ts';

/** How a command reaches a remote: what stands in argv, and what must not. */
export interface Remote {
  readonly address: string;
  readonly local: boolean;
  readonly protocols: readonly string[];
  readonly config: readonly (readonly [key: string, value: string])[];
  readonly secrets: readonly string[];
}

/** Prepares a parsed address for Git: the host resolved once and pinned, the token in a header from the environment. */
export async function openRemote(
  address: GitAddress,
  options: { policy: GitUrlPolicy; token: string | null; resolve: Resolve },
): Promise<Remote> {
  if (address.kind === 'local') {
    return {
      address: pathToFileURL(address.path).href,
      local: true,
      protocols: ['file'],
      // Ownership of exactly this folder is vouched for by LOCAL_REPOSITORIES, of no other.
      config: [['safe.directory', address.path], ['safe.directory', `${address.path}/.git`], ['uploadpack.allowAnySHA1InWant', 'true']],
      secrets: [],
    };
  }
  const url = new URL(address.url);
  const named = options.policy.allowedHosts?.some((host) => host.toLowerCase() === address.host || host.toLowerCase() === url.host) === true;
  const pinned = await pinAddress(address.host, named, options.resolve);
  const config: [string, string][] = [];
  const secrets: string[] = [];
  if (address.protocol !== 'ssh') {
    const port = url.port !== '' ? url.port : address.protocol === 'https' ? '443' : '80';
    config.push(['http.curloptResolve', `${address.host}:${port}:${pinned}`], ['http.proxy', '']);
    if (options.token !== null) {
      const basic = Buffer.from(`x-access-token:${options.token}`).toString('base64');
      config.push([`http.${url.origin}/.extraHeader`, `Authorization: Basic ${basic}`]);
      secrets.push(options.token, basic);
    }
  }
  return { address: address.url, local: false, protocols: [address.protocol], config, secrets };
}
