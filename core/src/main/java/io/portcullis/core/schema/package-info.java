/**
 * The schema engine: one description of every entity and plugin field, and all that follows from
 * it: decoding of JSON and forms, defaults, checks, error bodies, schema documents, documentation.
 *
 * <p>Rules and messages are those of Kong Gateway 3.9; where we accept more, the Javadoc says so.
 */
@NullMarked
package io.portcullis.core.schema;

import org.jspecify.annotations.NullMarked;
