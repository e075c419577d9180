import { BareRepository } from './bare-repository.ts';

/** A repository as a test configures it. */
export type HostedRepository = string | { readonly path: string; readonly private?: boolean };

/** The rights of a token. Classic tokens need the scope `repo` to see private repositories. */
export interface FakeToken {
  readonly login?: string;
  readonly scopes?: readonly string[];
}

/** A hosted repository; tests rename it and change its visibility. */
export interface Hosted {
  readonly id: number;
  readonly bare: BareRepository;
  owner: string;
  name: string;
  private: boolean;
}

/** The hosted repositories by name. A rename leaves a redirect behind, as at GitHub. */
export class HostedRepositories {
  readonly #byName = new Map<string, Hosted>();
  readonly #formerNames = new Map<string, Hosted>();
  #nextId = 1_000;

  add(fullName: string, repository: HostedRepository): void {
    const path = typeof repository === 'string' ? repository : repository.path;
    const [owner = '', name = ''] = fullName.split('/');
    const isPrivate = typeof repository === 'string' ? false : (repository.private ?? false);
    const hosted = { id: this.#nextId++, bare: new BareRepository(path), owner, name, private: isPrivate };
    this.#byName.set(fullName.toLowerCase(), hosted);
  }

  rename(from: string, to: string): void {
    const hosted = this.#byName.get(from.toLowerCase());
    if (hosted === undefined) throw new Error(`No repository ${from} is hosted.`);
    this.#byName.delete(from.toLowerCase());
    this.#formerNames.set(from.toLowerCase(), hosted);
    [hosted.owner = '', hosted.name = ''] = to.split('/');
    this.#byName.set(to.toLowerCase(), hosted);
  }

  delete(fullName: string): void {
    this.#byName.get(fullName.toLowerCase())?.bare.close();
    this.#byName.delete(fullName.toLowerCase());
  }

  setPrivate(fullName: string, isPrivate: boolean): void {
    const hosted = this.#byName.get(fullName.toLowerCase());
    if (hosted !== undefined) hosted.private = isPrivate;
  }

  find(owner: string, name: string, viewer: FakeToken | null): { hosted: Hosted; moved: boolean } | null {
    const key = `${owner}/${name}`.toLowerCase();
    const hosted = this.#byName.get(key) ?? this.#formerNames.get(key);
    if (hosted === undefined || !this.#sees(hosted, viewer)) return null;
    return { hosted, moved: !this.#byName.has(key) };
  }

  byId(id: number, viewer: FakeToken | null): Hosted | null {
    const hosted = [...this.#byName.values()].find((one) => one.id === id);
    return hosted !== undefined && this.#sees(hosted, viewer) ? hosted : null;
  }

  close(): void {
    for (const hosted of this.#byName.values()) hosted.bare.close();
  }

  #sees(hosted: Hosted, viewer: FakeToken | null): boolean {
    return !hosted.private || (viewer?.scopes ?? []).includes('repo');
  }
}
