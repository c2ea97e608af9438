/** The {@code json-schema} plugin: refuses bodies that do not fit a schema. */
@NullMarked
package io.portcullis.plugins.jsonschema;

import org.jspecify.annotations.NullMarked;
