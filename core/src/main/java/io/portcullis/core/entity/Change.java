package io.portcullis.core.entity;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of the change log, with the row as it is now.
 *
 * @param version version of the transaction that wrote it
 * @param body the row after the change; null when it is gone
 */
public record Change(long version, String entity, UUID id, @Nullable ObjectNode body) {}
