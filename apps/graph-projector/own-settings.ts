import { readSettings, type Settings, type SettingsClass } from '#runtime';

/** Of every process; a tool has no port and needs only to know where it is. */
const OF_EVERY_PROCESS = /^BREAKWATER_(ENV|ALLOW_PLAINTEXT)$/;

/** Settings of a tool. The environment of the local stack holds those of every app, and what is another's is not refused here. */
export function ownSettings<const Parts extends Record<string, SettingsClass<object>>>(parts: Parts): Settings<Parts> {
  const names = new Set(
    Object.values(parts).flatMap((part) => Object.values(part.environment as Record<string, string>)),
  );
  const ours = (name: string): boolean =>
    !name.startsWith('BREAKWATER_') || names.has(name.replace(/_FILE$/, '')) || OF_EVERY_PROCESS.test(name);
  return readSettings(parts, Object.fromEntries(Object.entries(process.env).filter(([name]) => ours(name))));
}
