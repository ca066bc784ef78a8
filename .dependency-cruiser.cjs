/**
 * Who may import whom: the table of the design, as a rule for each app and lib. Whoever is not in a list may not.
 * Specs may reach for more (real servers, another lib to check against), but never past a lib's index.
 */
const MAY_IMPORT = {
  'apps/command-api': ['events', 'identifiers', 'access', 'casework', 'feeds', 'event-log', 'runtime'],
  'apps/event-relay': ['events', 'event-log', 'kafka', 'runtime'],
  'apps/graph-projector': ['events', 'identifiers', 'access', 'event-log', 'kafka', 'graph', 'runtime'],
  'apps/query-api': ['events', 'identifiers', 'access', 'event-log', 'graph', 'runtime'],
  'apps/partner-feeds': ['events', 'access', 'feeds', 'event-log', 'kafka', 'runtime'],
  'apps/timekeeper': ['events', 'identifiers', 'access', 'casework', 'feeds', 'event-log', 'runtime'],
  'libs/casework': ['events', 'identifiers', 'access', 'event-log'],
  'libs/feeds': ['events', 'access', 'event-log'],
  'libs/access': ['events', 'event-log', 'runtime'],
  'libs/event-log': ['events', 'runtime'],
  'libs/kafka': ['events', 'runtime'],
  'libs/graph': ['events', 'identifiers'],
  'libs/identifiers': ['events'],
  'libs/runtime': [],
  'libs/events': [],
};

const SPECS = '\\.spec\\.ts$|\\.fixtures?\\.ts$';

const table = Object.entries(MAY_IMPORT).map(([folder, libs]) => {
  const own = folder.startsWith('libs/') ? [`^${folder}/`] : [];
  const allowed = libs.map((lib) => `^libs/${lib}/`);
  return {
    name: `${folder.replace('/', '-')}-imports-only-its-libs`,
    comment: `${folder} may import ${libs.join(', ') || 'no lib'}.`,
    severity: 'error',
    from: { path: `^${folder}/`, pathNot: SPECS },
    to: { path: '^libs/', ...([...own, ...allowed].length > 0 ? { pathNot: [...own, ...allowed] } : {}) },
  };
});

module.exports = {
  forbidden: [
    ...table,
    {
      name: 'app-or-lib-is-in-the-table',
      comment: 'A new app or lib gets its line in the table of this file (and a lib needs two apps that use it).',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: Object.keys(MAY_IMPORT).map((folder) => `^${folder}/`) },
      to: {},
    },
    {
      name: 'apps-do-not-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    { name: 'libs-do-not-import-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'what-runs-does-not-import-what-tests',
      comment: 'infra, bench and test are not part of what is deployed.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: SPECS },
      to: { path: '^(infra|bench|test)/' },
    },
    {
      name: 'no-import-past-the-index-of-a-lib',
      severity: 'error',
      from: { path: '^(apps|infra|bench|test)/' },
      to: { path: '^libs/[^/]+/', pathNot: '^libs/[^/]+/index\\.ts$' },
    },
    {
      name: 'no-import-past-the-index-of-another-lib',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/[^/]+/', pathNot: ['^libs/$1/', '^libs/[^/]+/index\\.ts$'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable-imports', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'what-runs-needs-only-what-is-installed',
      comment: 'A package used at run time stands in dependencies, not in devDependencies.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: SPECS },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.local)/' },
    // The names of the libs (#events) lead to dist, which is not there on a fresh clone: here they lead to the sources.
    tsConfig: { fileName: 'tsconfig.boundaries.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
