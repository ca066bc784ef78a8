import { Module } from '@nestjs/common';

/** The projector has no routes of its own: only health and figures, which every app serves. */
@Module({})
export class ProjectorModule {}
