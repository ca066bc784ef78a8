import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { DecideParkedHandler } from './decide-parked.js';
import { ParkedController } from './parked.controller.js';

@Module({ imports: [CqrsModule], controllers: [ParkedController], providers: [DecideParkedHandler] })
export class ParkedModule {}
