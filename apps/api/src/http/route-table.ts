import { schema } from '../schema/schema.ts';
import { githubAppEndpoints } from './github-app.ts';
import type { Handler } from './respond.ts';
import { auditExport } from './routes/audit.ts';
import { auth } from './routes/auth.ts';
import { githubWebhook } from './routes/github-webhook.ts';
import { graphqlRoute } from './routes/graphql.ts';
import { healthz } from './routes/healthz.ts';
import { jsonRoute } from './routes/json.ts';
import { mcpMetadata, mcpRoute } from './routes/mcp.ts';
import { metricsRoute } from './routes/metrics.ts';
import { rawFile } from './routes/raw-file.ts';
import { PUSH_WEBHOOKS, pushWebhook } from './routes/push-webhook.ts';
import { readyz } from './routes/readyz.ts';
import { schemaFile } from './routes/schema-file.ts';
import { signIn } from './routes/sign-in.ts';
import { signInWays } from './routes/sign-in-ways.ts';
import { webApp } from './routes/web-app.ts';
import type { Site } from './site.ts';
import { bodyTaker } from './take-body.ts';
import { userEndpoints } from './user-endpoints.ts';

/** The route of a path. */
export interface Route {
  /** The label in metrics and traces. Paths outside the table share one, so that their number stays small. */
  readonly label: string;
  readonly handler: Handler;
}

/** Builds the routes of a server, as a function from a path to its route. */
export async function routeTable(site: Site): Promise<(path: string) => Route> {
  const { database, configuration } = site.application;
  const endpoints = {
    ...userEndpoints(site.application, site.people, site.signInBudgets),
    ...githubAppEndpoints(site),
  };
  const otherwise = await webApp(site, endpoints);
  const takeBody = bodyTaker(site.addressOf);
  const exact = new Map<string, Handler>([
    ['/healthz', healthz],
    ['/readyz', readyz(database, site.state)],
    ['/metrics', metricsRoute(site)],
    ['/schema.graphql', schemaFile(schema)],
    ['/graphql', graphqlRoute(site)],
    ['/mcp', mcpRoute(site)],
    ['/audit', auditExport(site)],
    ['/.well-known/oauth-protected-resource', mcpMetadata(site)],
    ['/.well-known/oauth-protected-resource/mcp', mcpMetadata(site)],
    ['/webhooks/github', githubWebhook(site, configuration.GITHUB_WEBHOOK_SECRET, takeBody)],
    ['/sign-in', signIn(site.people, otherwise)],
    ['/sign-in/ways', signInWays(site.people)],
    ...Object.entries(endpoints).map(([path, endpoint]) => [path, jsonRoute(site, endpoint)] as const),
  ]);
  const below: readonly (readonly [prefix: string, handler: Handler])[] = [
    ['/api/auth/', auth(site)],
    ['/raw/', rawFile(site)],
    [PUSH_WEBHOOKS, pushWebhook(site, takeBody)],
  ];
  return (path) => {
    const known = exact.get(path);
    if (known !== undefined) return { label: path, handler: known };
    const found = below.find(([prefix]) => path.startsWith(prefix));
    return { label: 'other', handler: found?.[1] ?? otherwise };
  };
}
