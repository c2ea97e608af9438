/**
 * The schema engine: one description of every entity and plugin field, and all that follows from
 * it.
 */
@NullMarked
package io.portcullis.core.schema;

import org.jspecify.annotations.NullMarked;
