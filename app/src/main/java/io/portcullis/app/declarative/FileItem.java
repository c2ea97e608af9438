package io.portcullis.app.declarative;

import io.portcullis.core.schema.EntitySpec;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * An entity of a file before it is checked.
 *
 * @param input as it would be posted to the Admin API, but that references may be by name
 * @param named whether the file itself says the id
 */
record FileItem(EntitySpec spec, Place place, ObjectNode input, UUID id, boolean named) {}
