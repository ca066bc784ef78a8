import type { Benchmark } from '../benchmark.js';

export const smokeBenchmark: Benchmark = {
  name: 'smoke',
  measures: 'to come',
  run: () => Promise.reject(new Error('not there yet')),
};
