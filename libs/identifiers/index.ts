export { canonical } from './canonical.js';
export { IDENTIFIERS_VERSION, REFUSED_FLAGS, type Canonical, type Flag, type Hints } from './canonical-form.js';
export { entityId, idKey, MIN_ID_KEY } from './entity-id.js';
export { originDigest } from './origin.js';
export { platformLink } from './platform-links.js';
export { PLATFORMS, platformNamed, type Platform } from './platforms.js';
export { recognise } from './recognise.js';
export { siteOf, type Site } from './sites.js';
export { ALIKE_IN_TEN, leastShared, similarity, spacedWords, tellingTrigrams, trigramsOf } from './trigrams.js';
