/** What every benchmark is given, and what it gives back. */
import type { Budget } from './harness/budget.js';
import type { Report } from './harness/report.js';

export interface BenchmarkOptions {
  /** Events of one round (each benchmark has its own meaning and default). */
  events?: number;
  rounds?: number;
  /** Entities at the most, where a benchmark grows a graph. */
  entities?: number;
  /** Open referrals at the most, where a benchmark grows them. */
  open?: number;
  /** One workload instead of all, where a benchmark has several. */
  workload?: string;
}

export interface Benchmark {
  name: string;
  measures: string;
  run(
    options: BenchmarkOptions,
    budget: Budget,
    say: (line: string) => void,
  ): Promise<{ report: Report; tables: string[] }>;
}
