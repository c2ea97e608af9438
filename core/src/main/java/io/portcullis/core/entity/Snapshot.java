package io.portcullis.core.entity;

import java.util.List;

/**
 * Everything that was stored at one version, read in one transaction.
 *
 * @param version 0 for an empty store
 */
public record Snapshot(long version, List<StoredEntity> entities) {}
