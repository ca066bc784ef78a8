import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '#access';
import { INSTRUMENTS, type Instrument } from '#casework';

/** On what footing a platform can be asked. */
@ApiTags('referrals')
@Controller('v1/instruments')
export class InstrumentsController {
  @Get()
  @Roles('analyst', 'referrer', 'authoriser', 'platform-moderator')
  @ApiOperation({ summary: 'Instruments: grounds, deadlines, what to bring, which paperwork follows, and the source' })
  @ApiOkResponse({ description: '{instruments}' })
  list(): { instruments: readonly Instrument[] } {
    return { instruments: INSTRUMENTS };
  }
}
