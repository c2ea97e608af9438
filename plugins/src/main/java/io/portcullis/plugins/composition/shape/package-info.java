/**
 * Answers of backends as plain data, and what the {@code composition} plugin does to them. A value
 * is a {@code Map<String, Object>}, a {@code List<Object>}, a {@code String}, a {@code Boolean}, a
 * {@link io.portcullis.plugins.composition.shape.NumberLiteral} or {@link
 * io.portcullis.plugins.composition.shape.JsonNull}; no null is ever stored.
 */
@NullMarked
package io.portcullis.plugins.composition.shape;

import org.jspecify.annotations.NullMarked;
