package io.portcullis.core.entity;

import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * One row of the store in the shape that the Admin API shows, every field present.
 *
 * @param entity schema name: {@code services}, {@code routes}, {@code jwt_secrets} …
 * @param body never changed once it is here
 */
public record StoredEntity(String entity, UUID id, ObjectNode body) {}
