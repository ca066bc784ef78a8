import { Module } from '@nestjs/common';
import { HeldController } from './held.controller.js';

/** Needs AccessModule beside it, which gives the log. */
@Module({ controllers: [HeldController] })
export class HeldModule {}
