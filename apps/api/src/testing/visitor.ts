/** Stores cookies like a browser, but follows no redirect by itself. */
export class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly base: string;
  readonly #sent: Readonly<Record<string, string>>;

  /** Behind a proxy the public origin differs from the base, and the client has an address of its own. */
  constructor(base: string, { origin = new URL(base).origin, client = '' } = {}) {
    this.base = base;
    this.#sent = { origin, ...(client === '' ? {} : { 'x-forwarded-for': client }) };
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async go(path: string, post?: { json: object }): Promise<Response> {
    const headers = new Headers({ ...this.#sent, cookie: this.cookie });
    if (post !== undefined) headers.set('content-type', 'application/json');
    const response = await fetch(new URL(path, this.base), {
      headers,
      redirect: 'manual',
      ...(post === undefined ? {} : { method: 'POST', body: JSON.stringify(post.json) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line) || value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Follows redirects, and returns the last answer and its address. */
  async follow(path: string): Promise<{ response: Response; url: URL }> {
    let url = new URL(path, this.base);
    for (;;) {
      const response = await this.go(url.href);
      const to = response.headers.get('location');
      if (to === null || (response.status !== 302 && response.status !== 303)) return { response, url };
      const next = new URL(to, url);
      url =
        next.origin === this.#sent['origin'] ? new URL(`${next.pathname}${next.search}`, this.base) : next;
    }
  }

  async name(): Promise<string | null> {
    const response = await this.go('/graphql', { json: { query: '{ viewer { email } }' } });
    return /"email":"([^"]+)"/.exec(await response.text())?.[1] ?? null;
  }

  async signInByLink(server: { signInToken(): Promise<string> }): Promise<void> {
    await this.follow(`/sign-in?token=${await server.signInToken()}`);
  }

  setPassword(json: { current?: string; wanted: string }): Promise<Response> {
    return this.go('/api/account/password', { json });
  }

  signIn(email: string, password: string): Promise<Response> {
    return this.go('/api/auth/sign-in/email', { json: { email, password } });
  }
}
