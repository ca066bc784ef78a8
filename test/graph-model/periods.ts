/** Dates as people write them: cut where knowledge ends, each naming the whole of what it names. */

export interface Period {
  begin: number;
  /** First second after it. */
  end: number;
}

const DAY = 86_400;

export function periodOf(text: string): Period {
  const [year = '', month, rest] = text.split('-');
  if (month === undefined) return { begin: second(`${year}-01-01`), end: second(`${Number(year) + 1}-01-01`) };
  if (rest === undefined) {
    const next = month === '12' ? `${Number(year) + 1}-01` : `${year}-${String(Number(month) + 1).padStart(2, '0')}`;
    return { begin: second(`${text}-01`), end: second(`${next}-01`) };
  }
  return rest.includes('T')
    ? { begin: second(text), end: second(text) + 1 }
    : { begin: second(text), end: second(text) + DAY };
}

export const beginningOf = (text: string): number => periodOf(text).begin;
export const endOf = (text: string): number => periodOf(text).end;

function second(text: string): number {
  return Date.parse(text) / 1000;
}

/** As it is told: days where the whole period is made of days, its last one included. */
export function told({ begins, ends }: { begins?: number; ends?: number }): { from?: string; to?: string } {
  const inDays = [begins, ends].every((each) => each === undefined || each % DAY === 0);
  const text = (at: number): string => {
    const whole = new Date(at * 1000).toISOString();
    return inDays ? whole.slice(0, 10) : `${whole.slice(0, 19)}Z`;
  };
  return {
    ...(begins === undefined ? {} : { from: text(begins) }),
    ...(ends === undefined ? {} : { to: text(ends - 1) }),
  };
}
