/** Texts that have broken other systems: each kind once in its plain forms, and wrapped as people wrap them. */

const CYPHER = [
  "' OR 1=1 //",
  "'}) DETACH DELETE n //",
  "'}) RETURN n UNION MATCH (n) RETURN n //",
  '"}) MATCH (n) SET n.key = 0 //',
  '` MATCH (n) DETACH DELETE n `',
  "\\' OR 1=1 //",
  '\\u0027 OR 1=1 //',
  "' + $audiences + '",
  '$audiences',
  '{id: $ids[0]}',
  "' WITH 1 AS x CALL db.labels() YIELD label RETURN label //",
  "' LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l //",
  "' CALL apoc.load.json('http://127.0.0.1') YIELD value RETURN value //",
  '/* MATCH (n) */ RETURN 1',
  "']-(x) RETURN x //",
  'Entity) DETACH DELETE (n',
];
const SQL = [
  "' OR '1'='1",
  "'; DROP TABLE events; --",
  '1; SELECT pg_sleep(20) --',
  "' UNION SELECT passwd FROM pg_shadow --",
  "\\'; SELECT 1; --",
  '$$; SELECT 1; $$',
  "'||(SELECT version())||'",
  "E'\\x27 OR 1=1",
  '{1,2,"a"}',
  '%_%',
  '" OR ""="',
];
const UNICODE = [
  '\u202E\u0631\u062d\u0644\u0629',
  'ﷺ'.repeat(30),
  '\uFEFFabc',
  'a\u0301'.repeat(50),
  '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}',
  '\uD800',
  '\uDC00\uD800',
  'İıſK',
  'ＳＥＬＥＣＴ',
  '\u2028\u2029',
  '\u{E0001}\u{E0041}',
  'аdmin',
  '𞤀𞤁𞤂',
  '𐌰𐌱',
  '\u0600\u06DD',
  '٠٧٧٠٠٩٠٠١٠١',
];
const CONTROL = [
  '\u0000',
  'a\u0000b',
  '\u0001\u0002',
  '\u001b[31m',
  '\r\nX-Injected: 1',
  '\u007f',
  '\u0085',
  '\t\t',
  '\b\b',
  '\\u0000',
];
const TEMPLATE = [
  '{{7*7}}',
  '${7*7}',
  '#{7*7}',
  '<%= 7*7 %>',
  '${jndi:ldap://127.0.0.1/a}',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '%s%s%s%n',
  "=cmd|' /C calc'!A0",
  '<script>alert(1)</script>',
  '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
];
const PATH = [
  '../../etc/passwd',
  '..\\..\\win.ini',
  '/dev/zero',
  'file:///etc/passwd',
  '%2e%2e%2f',
  '%00',
  'http://127.0.0.1:7687/',
  '//',
  'C:\\',
  '~root',
];
const JSONISH = [
  'null',
  'true',
  '[]',
  '{}',
  '{"$ne":null}',
  '[[[[',
  '"',
  '\\',
  '\\"',
  '1e309',
  '-0',
  'NaN',
  '0x1F',
  '9'.repeat(40),
  'a'.repeat(2_000),
];
/** What a careless expression tries to share out in every way. */
const ENDLESS = [
  `${'4'.repeat(60)} Ahmed`,
  `${'+44 7400 123456 / '.repeat(20)}and his brother`,
  `a@${'b.'.repeat(400)}`,
  `${'0'.repeat(400)}@${'-'.repeat(400)}`,
  `${' '.repeat(900)}x`,
  `https://t.me/${'/'.repeat(900)}x`,
];

const WRAPS: readonly ((text: string) => string)[] = [(text) => text, (text) => `a${text}`, (text) => `${text}'"\``];

/** Two hundred, none twice: the plain ones all, and the rest wrapped. */
export const PAYLOADS: readonly string[] = [
  ...new Set(
    WRAPS.flatMap((wrap) => [CYPHER, SQL, UNICODE, CONTROL, TEMPLATE, PATH, JSONISH, ENDLESS].flat().map(wrap)),
  ),
].slice(0, 200);
