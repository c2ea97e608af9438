package io.portcullis.store;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction did to one row.
 *
 * @param before fingerprint of the row as it was; null when it is new
 * @param after fingerprint of the row as it is; null when it is gone
 */
public record RowChange(String entity, UUID id, @Nullable String before, @Nullable String after) {}
