export { FormRefused } from './form-refused.js';
export { printGrade, readGrade, type DisplayedGrade } from './grade-form.js';
export { printGsc, readGsc } from './gsc-form.js';
export { printMarking, readHandling, readMarking, readTlp, type DisplayedMarking } from './marking-form.js';
