package io.portcullis.store;

import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a version did to one row.
 *
 * @param operation {@code insert}, {@code update} or {@code delete}
 * @param before the row that it replaced; empty when the row was new, or when an older release
 *     wrote this and kept nothing
 */
public record PastChange(String entity, UUID id, String operation, Optional<ObjectNode> before) {}
