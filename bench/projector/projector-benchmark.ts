import type { Benchmark } from '../benchmark.js';

export const projectorBenchmark: Benchmark = {
  name: 'projector',
  measures: 'to come',
  run: () => Promise.reject(new Error('not there yet')),
};
