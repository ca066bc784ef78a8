import type { FastifyInstance } from 'fastify';

/**
 * Remembers which methods each route takes, so that a wrong method gets 405 with Allow and not "no such route".
 * Must see the instance before its first route.
 */
export function rememberRoutes(
  fastify: FastifyInstance,
  ignoreTrailingSlash = false,
): (path: string) => readonly string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const pattern = url
      .split('/')
      .map((step) => (step.startsWith(':') ? '[^/]+' : step.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('/');
    routes.push({ pattern: new RegExp(`^${pattern}${ignoreTrailingSlash ? '/?' : ''}$`), methods: [method].flat() });
  });
  return (path) =>
    [...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))].sort();
}
