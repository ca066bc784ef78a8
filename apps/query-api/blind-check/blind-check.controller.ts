import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';
import { Caller, Purpose, Roles, type Viewer } from '#access';
import { Part } from '#runtime';
import { ASKERS, QuestionRules } from '../questions/rules.js';
import { SeedRequest } from '../terms/requests.js';
import { readingsOf } from '../terms/seed.js';
import { BlindChecks, type BlindCheckAnswer } from './blind-checks.js';

const MAX_CONTACT = 200;

export class BlindCheckRequest {
  @ApiProperty({ type: SeedRequest, example: { value: '+44 7700 900123' } })
  @Part(() => SeedRequest)
  seed: SeedRequest;

  @ApiProperty({ example: 'Operation Tern desk, 020 7946 0000', description: 'How a holder can reach you' })
  @IsString()
  @Length(1, MAX_CONTACT)
  @Matches(/^[^\p{C}]*\S[^\p{C}]*$/u, { message: '$property must hold printable characters' })
  contact: string;
}

@ApiTags('questions')
@Controller('v1/questions')
export class BlindCheckController {
  constructor(
    private readonly checks: BlindChecks,
    private readonly rules: QuestionRules,
  ) {}

  /** Whoever holds something learns who asks; whoever asks learns nothing until a holder makes contact. */
  @Post('blind-check')
  @HttpCode(200)
  @Roles(...ASKERS)
  @ApiOperation({
    summary: 'Does anybody hold something on this? Holders are told and may make contact; the answer never says',
  })
  @ApiOkResponse({ description: '{reference, said}: the same for every question but for the reference' })
  ask(
    @Caller() viewer: Viewer,
    @Purpose() purpose: string,
    @Body() { seed, contact }: BlindCheckRequest,
  ): Promise<BlindCheckAnswer> {
    const readings = readingsOf(seed, this.rules.idKey, viewer.organisation);
    return this.checks.ask(viewer, purpose, [...new Set(readings.map(({ id }) => id))], contact);
  }
}
