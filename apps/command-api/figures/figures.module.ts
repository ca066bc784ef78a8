import { Module } from '@nestjs/common';
import { FiguresController } from './figures.controller.js';

/** Needs AccessModule beside it, which gives the log and the audiences. */
@Module({ controllers: [FiguresController] })
export class FiguresModule {}
