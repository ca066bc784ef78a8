/** Removals as trust teams push them: links of one platform, as varied as they come. */

/** The link of a video by its number; never the same for two numbers. */
export function videoLink(series: string, number: number): string {
  return `https://www.youtube.com/watch?v=${series}${number.toString(36).padStart(11 - series.length, '0')}`;
}

const EFFECTS = ['removed', 'disabled', 'geo-restricted', 'account-suspended'] as const;
const THEMES = ['boat-crossing', 'lorry-crossing', 'false-documents', 'sham-marriage'] as const;

export function pushedLine(location: string, reference: string, place: number, effectiveAt: string): object {
  return {
    item: { kind: 'post', location },
    outcome: {
      result: 'actioned',
      effect: EFFECTS[place % EFFECTS.length],
      effectiveAt,
      ground: { basis: 'terms', provision: 'Community rules: human smuggling' },
    },
    theme: THEMES[place % THEMES.length],
    reference,
    purpose: 'trust-and-safety',
  };
}

export function nowish(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
