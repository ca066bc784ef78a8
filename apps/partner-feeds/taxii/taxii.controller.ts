import { applyDecorators, Controller, Get, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, Roles, type Viewer } from '#access';
import { Problem } from '#runtime';
import type { CollectedObject } from './collection.js';
import { Collections, STIX } from './collections.js';
import { instantText } from './instants.js';
import { refuseUnlessAccepted, TAXII } from './media-type.js';
import { NextPages } from './next-page.js';
import { pageQuery, type PageQuery } from './page-query.js';

type Given = Record<string, unknown>;

/** What is asked of which collection. */
interface Asked {
  viewer: Viewer;
  collection: string;
  given: Given;
  accept: string | undefined;
  reply: FastifyReply;
}

/** A page with what its envelope and its headers say. */
interface Page {
  objects: readonly CollectedObject[];
  more?: { more: true; next: string };
}

const ROOT = '/taxii2/feeds/';
const MAX_CONTENT_LENGTH = 1024 * 1024;
const NEVER = 0;

const FILTERS = {
  limit: 'Most objects of the page',
  next: 'The next page, as the one before named it, with the same filters',
  added_after: 'Only what was added later (timestamp in UTC)',
  'match[id]': 'Ids, with commas between',
  'match[type]': 'Types, with commas between',
  'match[version]': 'first, last (default), all, or timestamps, with commas between',
  'match[spec_version]': 'Versions of STIX; 2.1 is kept',
};

function Filters(): MethodDecorator {
  const all = Object.entries(FILTERS);
  return applyDecorators(
    ...all.map(([name, description]) => ApiQuery({ name, description, required: false, type: String })),
  );
}

/** TAXII 2.1: reading alone. Whatever is said here is said by commands, so objects are neither added nor deleted. */
@ApiTags('taxii')
@Roles('feed-subscriber')
@Controller('taxii2')
export class TaxiiController {
  constructor(
    @Inject(Collections) private readonly collections: Collections,
    @Inject(NextPages) private readonly nextPages: NextPages,
  ) {}

  @Get()
  @ApiOperation({ summary: 'TAXII 2.1 discovery' })
  @ApiOkResponse({ description: 'discovery' })
  discovery(@Headers('accept') accept: string | undefined, @Res() reply: FastifyReply): void {
    send(accept, reply, { title: 'Breakwater', default: ROOT, api_roots: [ROOT] });
  }

  @Get('feeds')
  @ApiOperation({ summary: 'TAXII 2.1 API root' })
  @ApiOkResponse({ description: 'api-root' })
  root(@Headers('accept') accept: string | undefined, @Res() reply: FastifyReply): void {
    const title = 'Feeds of your organisation';
    send(accept, reply, { title, versions: [TAXII], max_content_length: MAX_CONTENT_LENGTH });
  }

  @Get('feeds/collections')
  @ApiOperation({ summary: 'Collections: your subscriptions and the test collection' })
  @ApiOkResponse({ description: 'collections' })
  async list(@Caller() viewer: Viewer, @Headers('accept') accept: string | undefined, @Res() reply: FastifyReply) {
    refuseUnlessAccepted(accept);
    send(accept, reply, { collections: await this.collections.all(viewer) });
  }

  @Get('feeds/collections/:collection')
  @ApiOperation({ summary: 'One collection' })
  @ApiOkResponse({ description: 'collection' })
  async one(
    @Caller() viewer: Viewer,
    @Param('collection') collection: string,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    refuseUnlessAccepted(accept);
    const found = (await this.collections.all(viewer)).find(({ id }) => id === collection);
    if (found === undefined) throw new Problem('NotFound', 'collection.unknown', 'There is no such collection.');
    send(accept, reply, found);
  }

  @Get('feeds/collections/:collection/manifest')
  @ApiOperation({ summary: 'Ids, versions and dates of the objects of a collection' })
  @ApiOkResponse({ description: 'manifest' })
  @Filters()
  async manifest(
    @Caller() viewer: Viewer,
    @Param('collection') collection: string,
    @Query() given: Given,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = { viewer, collection, given, accept, reply };
    await this.answer(asked, pageQuery(given), ({ objects, more }) => ({
      ...more,
      ...listed(
        'objects',
        objects.map(({ added, version, object: { id } }) => ({
          id,
          date_added: instantText(added),
          version: instantText(version),
          media_type: STIX,
        })),
      ),
    }));
  }

  @Get('feeds/collections/:collection/objects')
  @ApiOperation({ summary: 'Objects of a collection' })
  @ApiOkResponse({ description: 'envelope' })
  @Filters()
  async objects(
    @Caller() viewer: Viewer,
    @Param('collection') collection: string,
    @Query() given: Given,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer({ viewer, collection, given, accept, reply }, pageQuery(given), envelope);
  }

  @Get('feeds/collections/:collection/objects/:object')
  @ApiOperation({ summary: 'One object, its last version unless asked for others' })
  @ApiOkResponse({ description: 'envelope' })
  @Filters()
  async object(
    @Caller() viewer: Viewer,
    @Param('collection') collection: string,
    @Param('object') object: string,
    @Query() given: Given,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer({ viewer, collection, given, accept, reply }, ofObject(given, object), envelope);
  }

  @Get('feeds/collections/:collection/objects/:object/versions')
  @ApiOperation({ summary: 'Versions of one object' })
  @ApiOkResponse({ description: 'versions' })
  @Filters()
  async versions(
    @Caller() viewer: Viewer,
    @Param('collection') collection: string,
    @Param('object') object: string,
    @Query() given: Given,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query: PageQuery = { ...ofObject(given, object), versions: 'all' };
    await this.answer({ viewer, collection, given, accept, reply }, query, ({ objects, more }) => ({
      ...more,
      ...listed(
        'versions',
        objects.map(({ version }) => instantText(version)),
      ),
    }));
  }

  private async answer(asked: Asked, query: PageQuery, bodyOf: (page: Page) => object): Promise<void> {
    const { viewer, accept, reply } = asked;
    refuseUnlessAccepted(accept);
    const collection = await this.collections.of(viewer, asked.collection);
    const { limit, next, addedAfter = NEVER, ...filters } = query;
    const bound = { collection: collection.id, organisation: viewer.organisation, addedAfter, ...filters };
    const after = next === undefined ? addedAfter : this.nextPages.open(bound, next);
    const found = await collection.page({ ...filters, after, limit });
    if (found.length === 0 && query.ids?.length === 1) await this.refuseUnknown(asked, query);
    const objects = found.slice(0, limit);
    const last = objects.at(-1)?.added ?? after;
    const more = found.length > limit ? { more: true as const, next: this.nextPages.seal(bound, last) } : undefined;
    // Without objects too: whoever goes on from the last date stays where they are.
    void reply
      .header('x-taxii-date-added-first', instantText(objects[0]?.added ?? after))
      .header('x-taxii-date-added-last', instantText(last));
    send(accept, reply, bodyOf({ objects, ...(more !== undefined && { more }) }));
  }

  /** An object that is asked for by its address has to be there, whatever the filters leave of it. */
  private async refuseUnknown({ viewer, collection }: Asked, { ids }: PageQuery): Promise<void> {
    const there = await (
      await this.collections.of(viewer, collection)
    ).page({
      ...(ids !== undefined && { ids }),
      after: NEVER,
      limit: 0,
      versions: 'all',
      specKept: true,
    });
    if (there.length === 0) throw new Problem('NotFound', 'object.unknown', 'There is no such object.');
  }
}

/** The query of an address that names the object itself. */
function ofObject(given: Given, object: string): PageQuery {
  const { ids: _, types: __, ...query } = pageQuery(given);
  return { ...query, ids: [object] };
}

function envelope({ objects, more }: Page): object {
  return {
    ...more,
    ...listed(
      'objects',
      objects.map(({ object }) => object),
    ),
  };
}

/** TAXII has no empty lists: there is none then. */
function listed(name: string, values: readonly unknown[]): object {
  return values.length === 0 ? {} : { [name]: values };
}

/** As bytes: Fastify would add a charset, which is no part of the media type. */
function send(accept: string | undefined, reply: FastifyReply, body: object): void {
  refuseUnlessAccepted(accept);
  void reply
    .header('content-type', TAXII)
    .header('cache-control', 'no-store')
    .send(Buffer.from(JSON.stringify(body)));
}
