import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import {
  ITEM_KINDS,
  MAX_ITEMS,
  MAX_TEXT,
  THEMES,
  URGENCIES,
  type Evidence,
  type Ground,
  type ItemKind,
  type Paperwork,
  type Theme,
  type Urgency,
} from '#events';
import { Part, Parts } from '#runtime';
import { LIMITS, UUID } from '../assertions/limits.js';
import { MayBeAbsent } from '../assertions/may-be-absent.js';
import { GradingRequest, MarkingRequest } from '../assertions/term-requests.js';
import { INSTANT, PurposeRequest } from '../permissions/requests.js';
import type { ContentGiven, DraftGiven, ItemGiven } from './referral-given.js';

/** The form of referrals over HTTP; what the parts mean together is decided in libs/casework. */
export const MAX_CODE = 200;
export const MAX_EVIDENCE = 20;
const MAX_COUNTRIES = 60;
export const A_TIME = 'must be a time in UTC like 2026-11-22T12:00:00Z';

export class EvidenceRequest implements Evidence {
  @ApiProperty({
    description: 'SHA-256 of what was captured; the media themselves stay with you',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  @Matches(/^[0-9a-f]{64}$/, { message: 'sha256 must be 64 hex digits in lower case' })
  sha256: string;

  @ApiProperty({ example: '2026-11-22T07:30:00Z' })
  @Matches(INSTANT, { message: `capturedAt ${A_TIME}` })
  capturedAt: string;

  @ApiProperty({
    description: 'Who has had it since: register or store, and reference',
    example: 'evidence store 4/17',
  })
  @IsString()
  @Length(1, MAX_CODE)
  custody: string;
}

export class GroundRequest implements Ground {
  @ApiProperty({ enum: ['law', 'terms'], example: 'law' })
  @IsIn(['law', 'terms'])
  basis: 'law' | 'terms';

  @ApiProperty({ description: 'Provision, or clause of the platform’s terms', example: 'BSAI Act 2025 s.17' })
  @IsString()
  @Length(1, MAX_CODE)
  provision: string;
}

export class SuccessorRequest {
  @ApiProperty({ format: 'uuid', description: 'Earlier referral of yours' })
  @Matches(UUID, { message: 'referral must be the id of a referral' })
  referral: string;

  @ApiProperty({ type: Number, description: 'Place of the item in it, from 0', example: 0 })
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS - 1)
  item: number;
}

export class ItemRequest implements ItemGiven {
  @ApiProperty({ enum: ITEM_KINDS, example: 'account' })
  @IsIn(ITEM_KINDS)
  kind: ItemKind;

  @ApiProperty({
    description: 'Exactly where it is, as found: a link, or an id on the platform',
    example: 'https://www.instagram.com/p/C1a2B3c4D5e/',
    maxLength: LIMITS.value,
  })
  @IsString()
  @Length(1, LIMITS.value)
  location: string;

  @ApiPropertyOptional({ description: 'Name of the platform, where the location is no link', example: 'instagram' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.platform)
  platform?: string;

  @ApiPropertyOptional({ type: [EvidenceRequest] })
  @MayBeAbsent()
  @Parts(() => EvidenceRequest, { most: MAX_EVIDENCE })
  evidence?: EvidenceRequest[];

  @ApiPropertyOptional({ description: 'Item of an earlier referral of yours that this one came back as' })
  @MayBeAbsent()
  @Part(() => SuccessorRequest)
  successorOf?: SuccessorRequest;
}

export class PaperworkRequest implements Paperwork {
  @ApiPropertyOptional({ description: 'Where the platform can ask: an office, no person', example: 'Tern desk' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.reason)
  contactPoint?: string;

  @ApiPropertyOptional({ description: 'Remedies of the platform and of the uploader' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.reason)
  redress?: string;

  @ApiPropertyOptional({ description: 'You believe in good faith that what you say is accurate and complete' })
  @MayBeAbsent()
  @IsBoolean()
  goodFaith?: boolean;

  @ApiPropertyOptional({
    description: 'When you informed the platform of procedures and deadlines, before your first order to it',
    example: '2026-11-21T12:00:00Z',
  })
  @MayBeAbsent()
  @Matches(INSTANT, { message: `informedAt ${A_TIME}` })
  informedAt?: string;

  @ApiPropertyOptional({ description: 'Why a first order comes without that information' })
  @MayBeAbsent()
  @IsString()
  @Length(1, LIMITS.reason)
  emergency?: string;
}

export class ReviseReferralRequest extends PurposeRequest implements ContentGiven {
  @ApiProperty({ format: 'uuid', description: 'Organisation of the platform' })
  @Matches(UUID, { message: 'platform must be the id of an organisation' })
  platform: string;

  @ApiProperty({ description: 'Code of the instrument (GET /v1/instruments)', example: 'voluntary-referral' })
  @IsString()
  @Length(1, MAX_CODE)
  instrument: string;

  @ApiProperty()
  @Part(() => GroundRequest)
  ground: GroundRequest;

  @ApiProperty({ enum: THEMES, example: 'boat-crossing' })
  @IsIn(THEMES)
  theme: Theme;

  @ApiProperty({ enum: URGENCIES, example: 'routine' })
  @IsIn(URGENCIES)
  urgency: Urgency;

  @ApiPropertyOptional({ description: 'Main language of the items (BCP 47)', example: 'ckb' })
  @MayBeAbsent()
  @Matches(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { message: 'language must be a tag like en or ckb' })
  language?: string;

  @ApiPropertyOptional({ type: [String], description: 'Countries that it is about (two letters)', example: ['GB'] })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(MAX_COUNTRIES)
  @ArrayUnique()
  @Matches(/^[A-Z]{2}$/, { each: true, message: 'each value in territory must be two capital letters' })
  territory?: string[];

  @ApiProperty({ maxLength: MAX_TEXT, example: 'Offers places in a boat, with a price for each person.' })
  @IsString()
  @Length(1, MAX_TEXT)
  explanation: string;

  @ApiPropertyOptional({ description: 'Your own reference', example: 'TERN/2026/113' })
  @MayBeAbsent()
  @IsString()
  @Length(1, MAX_CODE)
  reference?: string;

  @ApiPropertyOptional({ description: 'What the instrument asks for beside the ground' })
  @MayBeAbsent()
  @Part(() => PaperworkRequest)
  paperwork?: PaperworkRequest;

  @ApiPropertyOptional({ format: 'uuid', description: 'Earlier referral of yours that this one takes up again' })
  @MayBeAbsent()
  @Matches(UUID, { message: 'successorOf must be the id of a referral' })
  successorOf?: string;

  @ApiProperty({ type: [ItemRequest], minItems: 1, maxItems: MAX_ITEMS })
  @Parts(() => ItemRequest, { least: 1, most: MAX_ITEMS })
  items: ItemRequest[];

  @ApiPropertyOptional({ description: 'Ids of the events that it rests on', example: [] })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(LIMITS.basis)
  @ArrayUnique()
  @Matches(UUID, { each: true, message: 'each value in basis must be the id of an event' })
  basis?: string[];

  @ApiPropertyOptional({ description: 'How sure it is; needed where it rests on intelligence' })
  @MayBeAbsent()
  @Part(() => GradingRequest)
  grading?: GradingRequest;
}

export class DraftReferralRequest extends ReviseReferralRequest implements DraftGiven {
  @ApiProperty({ description: 'Of everything that will be said of this referral, also by the platform' })
  @Part(() => MarkingRequest)
  marking: MarkingRequest;
}
