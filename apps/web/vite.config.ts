import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

/** The API's address during development. The built app runs inside the API's own process. */
const target = process.env['API_URL'] ?? 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter({ out: 'build' }),
      // The server that the app runs in refuses forms of other origins: it knows its public address, this app does not.
      csrf: { trustedOrigins: ['*'] },
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          'style-src': ['self'],
          'style-src-attr': ['unsafe-inline'],
          'img-src': ['self', 'data:'],
          'font-src': ['self'],
          'connect-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
        },
      },
    }),
  ],
  // An inlined font would be a data: URL, which the page's content security policy refuses.
  build: { assetsInlineLimit: 0 },
  worker: { format: 'es' },
  // Some thirty modules of a few hundred bytes each, which nearly all pages need, would come with headers as large as they are.
  environments: {
    client: {
      build: {
        rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'frame', minShareCount: 6 }] } } },
      },
    },
  },
  server: {
    proxy: { '/graphql': { target, ws: true }, '/api': { target }, '/raw': { target } },
  },
});
